#include "task_pool.h"

#include <sys/prctl.h>

#include <utility>

namespace flakehound {

namespace {
// V8's compilers recurse deeply: as much as Node gives its own workers.
constexpr size_t kStackBytes = 8u << 20;
}  // namespace

TaskPool::TaskPool(int max_threads) : max_threads_(max_threads) { InitLocks(); }

void TaskPool::InitLocks() {
  uv_mutex_init(&mutex_);
  uv_cond_init(&work_);
  uv_cond_init(&idle_);
}

void TaskPool::Post(std::unique_ptr<PlatformTask> task) {
  uv_mutex_lock(&mutex_);
  queue_.push_back(std::move(task));
  StartThreadIfShort();
  uv_cond_signal(&work_);
  uv_mutex_unlock(&mutex_);
}

void TaskPool::StartThreadIfShort() {
  const int wanted = static_cast<int>(queue_.size()) + busy_;
  if (threads_ >= max_threads_ || wanted <= threads_) return;
  uv_thread_options_t options;
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = kStackBytes;
  uv_thread_t thread;
  if (uv_thread_create_ex(&thread, &options, ThreadMain, this) == 0) threads_++;
}

void TaskPool::ThreadMain(void* self) { static_cast<TaskPool*>(self)->RunTasks(); }

void TaskPool::RunTasks() {
  prctl(PR_SET_NAME, "flakehound");
  uv_mutex_lock(&mutex_);
  for (;;) {
    while (queue_.empty()) uv_cond_wait(&work_, &mutex_);
    std::unique_ptr<PlatformTask> task = std::move(queue_.front());
    queue_.pop_front();
    busy_++;
    uv_mutex_unlock(&mutex_);
    task->Run();
    task.reset();
    uv_mutex_lock(&mutex_);
    busy_--;
    if (queue_.empty() && busy_ == 0) uv_cond_broadcast(&idle_);
  }
}

void TaskPool::LockWhenIdle() {
  uv_mutex_lock(&mutex_);
  while (!queue_.empty() || busy_ > 0) uv_cond_wait(&idle_, &mutex_);
}

void TaskPool::Unlock() { uv_mutex_unlock(&mutex_); }

void TaskPool::ResetAfterFork() {
  // Destroying a condition that vanished threads wait for would hang: the old ones are abandoned.
  InitLocks();
  threads_ = 0;
  busy_ = 0;
}

}  // namespace flakehound
