// The addon's face to JavaScript: see ../addon.ts for what each function promises.
#include <node_api.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "fork_loop.h"
#include "node_runtime.h"
#include "task_pool.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// What containers call when asked for more than can be: the C++ library has it only since GCC 11.
// With one of our own the prebuilt binary loads beside any library that Node itself loads beside.
namespace std {
[[noreturn]] void __throw_bad_array_new_length() { abort(); }
}  // namespace std

namespace flakehound {
namespace {

// Compiling in the background needs one thread, collecting garbage beside it another.
constexpr int kPoolThreads = 2;

TaskPool* Pool() {
  static TaskPool* pool = new TaskPool(kPoolThreads);
  return pool;
}

template <size_t count>
struct Arguments {
  explicit Arguments(napi_env env, napi_callback_info info) : env(env) {
    size_t given = count;
    napi_get_cb_info(env, info, &given, values, nullptr, nullptr);
  }
  double Number(size_t index) const {
    double number = 0;
    napi_get_value_double(env, values[index], &number);
    return number;
  }
  std::string Text(size_t index) const {
    size_t length = 0;
    napi_get_value_string_utf8(env, values[index], nullptr, 0, &length);
    std::string text(length, '\0');
    napi_get_value_string_utf8(env, values[index], &text[0], length + 1, &length);
    return text;
  }
  napi_env env;
  napi_value values[count] = {};
};

napi_value Boolean(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

napi_value Text(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

napi_value WhatIsMissing(napi_env env, napi_callback_info) {
  const char* symbol = MissingSymbol();
  if (symbol != nullptr) return Text(env, std::string("this Node does not export ") + symbol);
  const long pidfd = syscall(SYS_pidfd_open, getpid(), 0);
  if (pidfd < 0) return Text(env, "this kernel has no pidfd_open");
  close(static_cast<int>(pidfd));
  return Text(env, "");
}

napi_value TakeOver(napi_env env, napi_callback_info) {
  return Boolean(env, TakeOverPlatform(Pool()));
}

napi_value Serve(napi_env env, napi_callback_info info) {
  const Arguments<3> given(env, info);
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  DrainPlatformTasks();
  Pool()->LockWhenIdle();
  const bool shared = ShareHeapWithChildren();
  Pool()->Unlock();
  if (!shared) {
    napi_throw_error(env, nullptr, "cannot read /proc/self/maps");
    return nullptr;
  }
  ForkLoop fork_loop({static_cast<int>(given.Number(0)), static_cast<int>(given.Number(1)),
                      given.Text(2), loop, Pool()});
  const std::string payload = fork_loop.Run();
  // Should the event loop run empty, Node's way out would join threads that are not there.
  napi_add_env_cleanup_hook(env, [](void*) { _exit(0); }, nullptr);
  return Text(env, payload);
}

napi_value FindRandomness(napi_env env, napi_callback_info info) {
  const Arguments<1> given(env, info);
  const auto draw = [&] {
    napi_value receiver, ignored;
    napi_get_undefined(env, &receiver);
    napi_call_function(env, receiver, given.values[0], 0, nullptr, &ignored);
  };
  return Boolean(env, FindGenerator(draw));
}

napi_value Reseed(napi_env env, napi_callback_info info) {
  ReseedIsolate(static_cast<int64_t>(Arguments<1>(env, info).Number(0)));
  return nullptr;
}

napi_value FindClockPlaces(napi_env env, napi_callback_info info) {
  const Arguments<2> given(env, info);
  return Boolean(env, FindClock(given.Number(0), given.Number(1)));
}

napi_value Rebase(napi_env env, napi_callback_info info) {
  RebaseClock(Arguments<1>(env, info).Number(0));
  return nullptr;
}

napi_value ProcessId(napi_env env, napi_callback_info) {
  napi_value result;
  napi_create_int32(env, getpid(), &result);
  return result;
}

napi_value DieWithParent(napi_env env, napi_callback_info info) {
  const pid_t parent = static_cast<pid_t>(Arguments<1>(env, info).Number(0));
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return Boolean(env, getppid() == parent);
}

napi_value LeaveProcessGroup(napi_env env, napi_callback_info) {
  return Boolean(env, setpgid(0, 0) == 0);
}

napi_value BecomeSubreaper(napi_env env, napi_callback_info) {
  return Boolean(env, prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
}

napi_value Reap(napi_env env, napi_callback_info info) {
  const pid_t pid = static_cast<pid_t>(Arguments<1>(env, info).Number(0));
  return Boolean(env, waitpid(pid, nullptr, WNOHANG) == pid);
}

napi_value Init(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {
      {"whatIsMissing", WhatIsMissing},
      {"takeOver", TakeOver},
      {"serve", Serve},
      {"findRandomness", FindRandomness},
      {"reseed", Reseed},
      {"findClock", FindClockPlaces},
      {"rebaseClock", Rebase},
      {"processId", ProcessId},
      {"dieWithParent", DieWithParent},
      {"leaveProcessGroup", LeaveProcessGroup},
      {"becomeSubreaper", BecomeSubreaper},
      {"reap", Reap},
  };
  for (const auto& each : functions) {
    napi_value function;
    napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.function, nullptr, &function);
    napi_set_named_property(env, exports, each.name, function);
  }
  return exports;
}

}  // namespace
}  // namespace flakehound

NAPI_MODULE(NODE_GYP_MODULE_NAME, flakehound::Init)
