// What must be changed inside the running Node so that a forked copy of it works. Node's C++ is
// reached by symbol name at run time, so one binary serves every Node that exports them.
#ifndef FLAKEHOUND_NODE_RUNTIME_H_
#define FLAKEHOUND_NODE_RUNTIME_H_

#include <uv.h>

#include <cstdint>
#include <functional>

namespace flakehound {

class TaskPool;

// Name of the first symbol that is needed and not there; null when forking can work.
const char* MissingSymbol();

// Sends V8's background tasks to `pool` from now on, and ends the process by _exit: Node's own way
// out joins threads that a forked child does not have. False when this Node is built otherwise.
bool TakeOverPlatform(TaskPool* pool);

// Runs what Node's own background threads were given before the takeover.
void DrainPlatformTasks();

// Undoes Node's MADV_DONTFORK on V8's heap, which makes spawning cheap but a fork useless.
// False when the memory map cannot be read.
bool ShareHeapWithChildren();

// Looks for the isolate's random number generator, which seeds Math.random of every new context.
// It is known by what one draw, made by `draw`, does to it. False when it is not found.
bool FindGenerator(const std::function<void()>& draw);

// After FindGenerator succeeded: gives it a new state.
void ReseedIsolate(int64_t seed);

// Looks for every place where this process keeps when it started, given what JavaScript shows of
// it: performance.timeOrigin in microseconds and performance.now(). False when one is not found.
bool FindClock(double time_origin_us, double now_ms);

// After FindClock: moves performance.now(), timeOrigin and nodeTiming and process.uptime() as
// though the process had started `age_ms` ago. Does nothing when FindClock failed.
void RebaseClock(double age_ms);

}  // namespace flakehound

#endif  // FLAKEHOUND_NODE_RUNTIME_H_
