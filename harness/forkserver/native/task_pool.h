// Worker threads for V8's background tasks which, unlike Node's own, can be made anew in a forked child.
#ifndef FLAKEHOUND_TASK_POOL_H_
#define FLAKEHOUND_TASK_POOL_H_

#include <uv.h>

#include <deque>
#include <memory>

namespace flakehound {

// Same virtual layout as v8::Task: destructor, then Run.
class PlatformTask {
 public:
  virtual ~PlatformTask() = default;
  virtual void Run() = 0;
};

// Threads start when there is work for them and never end. All methods are safe from any thread;
// those about forking are for the main thread alone.
class TaskPool {
 public:
  explicit TaskPool(int max_threads);

  void Post(std::unique_ptr<PlatformTask> task);

  // Waits until nothing is queued or running and keeps it so: to be held across fork(2), so that
  // no lock of V8's is in the hands of a thread that the child will not have.
  void LockWhenIdle();
  void Unlock();

  // In the child, instead of Unlock: the threads are gone and so is whoever waited for the locks.
  void ResetAfterFork();

 private:
  static void ThreadMain(void* self);
  void InitLocks();
  void StartThreadIfShort();
  [[noreturn]] void RunTasks();

  const int max_threads_;
  int threads_ = 0;
  int busy_ = 0;
  std::deque<std::unique_ptr<PlatformTask>> queue_;
  uv_mutex_t mutex_;
  uv_cond_t work_;
  uv_cond_t idle_;
};

}  // namespace flakehound

#endif  // FLAKEHOUND_TASK_POOL_H_
