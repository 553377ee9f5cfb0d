#include "node_runtime.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "task_pool.h"

namespace flakehound {

namespace {

constexpr const char* kGetIsolate = "_ZN2v87Isolate10GetCurrentEv";
constexpr const char* kGetContext = "_ZN2v87Isolate17GetCurrentContextEv";
constexpr const char* kGetEnvironment = "_ZN4node21GetCurrentEnvironmentEN2v85LocalINS0_7ContextEEE";
constexpr const char* kGetPlatform = "_ZN4node23GetMultiIsolatePlatformEPNS_11EnvironmentE";
constexpr const char* kSetExitHandler =
    "_ZN4node21SetProcessExitHandlerEPNS_11EnvironmentEOSt8functionIFvS1_iEE";
constexpr const char* kDrainTasks = "_ZN4node12NodePlatform10DrainTasksEPN2v87IsolateE";
constexpr const char* kStartTime = "_ZN4node11per_process15node_start_timeE";
constexpr const char* kSetSeed = "_ZN2v84base21RandomNumberGenerator7SetSeedEl";
// NodePlatform's way to hand over a background task: the first up to Node 20, the other since.
constexpr const char* kPostTask20 =
    "_ZN4node12NodePlatform18CallOnWorkerThread"
    "ESt10unique_ptrIN2v84TaskESt14default_deleteIS3_EE";
constexpr const char* kPostTask22 =
    "_ZN4node12NodePlatform26PostTaskOnWorkerThreadImpl"
    "EN2v812TaskPriorityESt10unique_ptrINS1_4TaskESt14default_deleteIS4_EERKNS1_14SourceLocationE";

void* Find(const char* symbol) {
  uv_lib_t everything = {};  // a null handle searches all that is loaded
  void* address = nullptr;
  return uv_dlsym(&everything, symbol, &address) == 0 ? address : nullptr;
}

template <typename Function>
Function FindFunction(const char* symbol) {
  return reinterpret_cast<Function>(Find(symbol));
}

void* CurrentIsolate() { return FindFunction<void* (*)()>(kGetIsolate)(); }

void* CurrentEnvironment() {
  // A v8::Local is one pointer: passed and returned as such.
  void* context = FindFunction<void* (*)(void*)>(kGetContext)(CurrentIsolate());
  return FindFunction<void* (*)(void*)>(kGetEnvironment)(context);
}

void* CurrentPlatform() {
  return FindFunction<void* (*)(void*)>(kGetPlatform)(CurrentEnvironment());
}

TaskPool* takeover_pool = nullptr;

// Stand-ins for the two virtual methods, with `this` as an ordinary first parameter.
void PostTaskAsIn20(void*, std::unique_ptr<PlatformTask> task) {
  takeover_pool->Post(std::move(task));
}
void PostTaskAsIn22(void*, int, std::unique_ptr<PlatformTask> task, const void*) {
  takeover_pool->Post(std::move(task));
}

// Gives `object` a copy of its virtual table in which `replacement` stands for `original`.
bool ReplaceVirtual(void* object, void* original, void* replacement) {
  // More than NodePlatform has; the two words before the first slot belong to the table as well.
  constexpr size_t kHead = 2, kSlots = 58, kSearched = 40;
  void*** table = static_cast<void***>(object);
  size_t slot = 0;
  while (slot < kSearched && (*table)[slot] != original) slot++;
  if (slot == kSearched) return false;
  void** copy = new void*[kHead + kSlots];
  memcpy(copy, *table - kHead, (kHead + kSlots) * sizeof(void*));
  copy[kHead + slot] = replacement;
  *table = copy + kHead;
  return true;
}

// Reads our own memory where the address may be wrong.
bool SafeRead(const void* from, void* to, size_t length) {
  iovec local = {to, length};
  iovec remote = {const_cast<void*>(from), length};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(length);
}

}  // namespace

const char* MissingSymbol() {
  for (const char* symbol :
       {kGetIsolate, kGetContext, kGetEnvironment, kGetPlatform, kSetExitHandler}) {
    if (Find(symbol) == nullptr) return symbol;
  }
  return Find(kPostTask20) || Find(kPostTask22) ? nullptr : kPostTask22;
}

bool TakeOverPlatform(TaskPool* pool) {
  takeover_pool = pool;
  void* as_in_20 = Find(kPostTask20);
  const bool replaced =
      as_in_20 != nullptr
          ? ReplaceVirtual(CurrentPlatform(), as_in_20, reinterpret_cast<void*>(PostTaskAsIn20))
          : ReplaceVirtual(CurrentPlatform(), Find(kPostTask22),
                           reinterpret_cast<void*>(PostTaskAsIn22));
  if (!replaced) return false;
  using Handler = std::function<void(void*, int)>;
  FindFunction<void (*)(void*, Handler&&)>(kSetExitHandler)(
      CurrentEnvironment(), [](void*, int code) { _exit(code); });
  return true;
}

void DrainPlatformTasks() {
  const auto drain = FindFunction<void (*)(void*, void*)>(kDrainTasks);
  if (drain != nullptr) drain(CurrentPlatform(), CurrentIsolate());
}

bool ShareHeapWithChildren() {
  FILE* maps = fopen("/proc/self/maps", "re");
  if (maps == nullptr) return false;
  struct Range {
    unsigned long start, end;
  };
  std::vector<Range> ranges;
  char line[4352];  // a path, and what stands before it
  while (fgets(line, sizeof line, maps) != nullptr) {
    Range range;
    char permissions[5];
    const bool parsed = sscanf(line, "%lx-%lx %4s", &range.start, &range.end, permissions) == 3;
    const bool is_kernels = strstr(line, "[v") != nullptr;
    if (parsed && permissions[3] == 'p' && !is_kernels) ranges.push_back(range);
  }
  fclose(maps);
  for (const Range& range : ranges) {
    madvise(reinterpret_cast<void*>(range.start), range.end - range.start, MADV_DOFORK);
  }
  return true;
}

namespace {

// v8::base::RandomNumberGenerator: the seed, then the state of xorshift128+.
struct Generator {
  uint64_t seed, state0, state1;

  bool IsStepAfter(const Generator& before) const {
    if (before.state0 == 0 && before.state1 == 0) return false;  // blank memory would do
    uint64_t next = before.state0;
    next ^= next << 23;
    next ^= next >> 17;
    next ^= before.state1 ^ (before.state1 >> 26);
    return state0 == before.state1 && state1 == next && seed == before.seed;
  }
};

Generator* isolate_generator = nullptr;

bool IsPointer(uint64_t word) { return word >= 4096 && word % alignof(uint64_t) == 0; }

}  // namespace

bool FindGenerator(const std::function<void()>& draw) {
  constexpr size_t kBlock = 512, kBlocks = 32;  // 128 KB: an Isolate has about half of that
  struct Candidate {
    Generator* place;
    Generator before;
  };
  std::vector<Candidate> candidates;
  const uint64_t* isolate = static_cast<const uint64_t*>(CurrentIsolate());
  uint64_t words[kBlock];
  draw();  // it is made when first needed
  for (size_t block = 0; block < kBlocks; block++) {
    if (!SafeRead(isolate + block * kBlock, words, sizeof words)) break;
    for (const uint64_t word : words) {
      Candidate candidate = {reinterpret_cast<Generator*>(word), {}};
      if (!IsPointer(word)) continue;
      if (!SafeRead(candidate.place, &candidate.before, sizeof candidate.before)) continue;
      candidates.push_back(candidate);
    }
  }
  draw();
  for (const Candidate& candidate : candidates) {
    Generator after;
    if (!SafeRead(candidate.place, &after, sizeof after)) continue;
    if (after.IsStepAfter(candidate.before)) isolate_generator = candidate.place;
  }
  return isolate_generator != nullptr && Find(kSetSeed) != nullptr;
}

void ReseedIsolate(int64_t seed) {
  FindFunction<void (*)(void*, int64_t)>(kSetSeed)(isolate_generator, seed);
}

namespace {

// Where Node keeps its start: in the Environment, in an array of milestones for JavaScript, and
// in a variable of its own that performance.now() counts from. Found by the values they have.
struct ClockPlaces {
  uint64_t* node_start_ns = nullptr;
  uint64_t* process_start_ns = nullptr;
  uint64_t* origin_ns = nullptr;
  double* origin_us = nullptr;
  double* milestones = nullptr;

  bool complete() const {
    return node_start_ns != nullptr && process_start_ns != nullptr && milestones != nullptr;
  }
};

ClockPlaces clock_places;

// Indices of Node's performance milestones.
constexpr int kOriginTimestamp = 0, kOrigin = 1, kMilestones = 8;

bool IsOrigin(uint64_t candidate_ns, double now_ms) {
  constexpr double kSlackMs = 1000;
  if (candidate_ns > uv_hrtime()) return false;
  const double age_ms = static_cast<double>(uv_hrtime() - candidate_ns) / 1e6;
  return std::fabs(age_ms - now_ms) < kSlackMs;
}

bool HoldsMilestones(const double* candidate, double origin_us, uint64_t origin_ns) {
  double values[kMilestones];
  return SafeRead(candidate, values, sizeof values) && values[kOriginTimestamp] == origin_us &&
         values[kOrigin] == static_cast<double>(origin_ns);
}

// `state` may be node::performance::PerformanceState: looks in it for a pointer to the milestones.
double* MilestonesFrom(uint64_t state, double origin_us, uint64_t origin_ns) {
  uint64_t words[64];
  if (!IsPointer(state)) return nullptr;
  if (!SafeRead(reinterpret_cast<const void*>(state), words, sizeof words)) return nullptr;
  for (const uint64_t word : words) {
    double* candidate = reinterpret_cast<double*>(word);
    if (IsPointer(word) && HoldsMilestones(candidate, origin_us, origin_ns)) return candidate;
  }
  return nullptr;
}

// Fills in what the Environment tells: two neighbours with known values, and the state after them.
void SearchEnvironment(double time_origin_us, double now_ms, ClockPlaces* found) {
  constexpr size_t kWords = 768;  // an Environment has fewer; what lies behind it is read safely
  static uint64_t words[kWords];
  uint64_t* environment = static_cast<uint64_t*>(CurrentEnvironment());
  if (!SafeRead(environment, words, sizeof words)) return;
  uint64_t wanted;
  memcpy(&wanted, &time_origin_us, sizeof wanted);
  for (size_t i = 1; i + 4 < kWords; i++) {
    if (words[i] != wanted || !IsOrigin(words[i - 1], now_ms)) continue;
    found->origin_ns = environment + i - 1;
    found->origin_us = reinterpret_cast<double*>(environment + i);
    for (size_t next = i + 1; next <= i + 3 && found->milestones == nullptr; next++) {
      found->milestones = MilestonesFrom(words[next], time_origin_us, words[i - 1]);
    }
    return;
  }
}

// Searches the variables of the object (node or libnode) that holds node_start_ns.
int SearchVariables(dl_phdr_info* object, size_t, void* data) {
  ClockPlaces* found = static_cast<ClockPlaces*>(data);
  const uintptr_t landmark = reinterpret_cast<uintptr_t>(found->node_start_ns);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    const uintptr_t start = object->dlpi_addr + segment.p_vaddr;
    const uintptr_t end = start + segment.p_memsz;
    if (segment.p_type != PT_LOAD || landmark < start || landmark >= end) continue;
    const uintptr_t aligned = (start + 7) & ~static_cast<uintptr_t>(7);
    for (uintptr_t at = aligned; at + sizeof(uint64_t) <= end; at += sizeof(uint64_t)) {
      uint64_t* variable = reinterpret_cast<uint64_t*>(at);
      if (*variable == *found->origin_ns) found->process_start_ns = variable;
    }
    return 1;
  }
  return 0;
}

}  // namespace

bool FindClock(double time_origin_us, double now_ms) {
  ClockPlaces found;
  found.node_start_ns = static_cast<uint64_t*>(Find(kStartTime));
  SearchEnvironment(time_origin_us, now_ms, &found);
  if (found.node_start_ns == nullptr || found.origin_ns == nullptr) return false;
  dl_iterate_phdr(SearchVariables, &found);
  clock_places = found;
  return found.complete();
}

void RebaseClock(double age_ms) {
  const ClockPlaces& clock = clock_places;
  if (!clock.complete()) return;
  const uint64_t origin = uv_hrtime() - static_cast<uint64_t>(age_ms * 1e6);
  const uint64_t shift = origin - *clock.origin_ns;
  *clock.node_start_ns += shift;
  *clock.process_start_ns = origin;
  *clock.origin_ns = origin;
  *clock.origin_us += std::floor(static_cast<double>(shift) / 1e3);
  clock.milestones[kOriginTimestamp] = *clock.origin_us;
  clock.milestones[kOrigin] = static_cast<double>(origin);
  for (int i = kOrigin + 1; i < kMilestones; i++) {
    // -1 stands for what has not happened.
    if (clock.milestones[i] > 0) clock.milestones[i] += static_cast<double>(shift);
  }
}

}  // namespace flakehound
