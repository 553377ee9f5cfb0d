// The loop of the template process: forks a child for every request and reports how each ended.
#ifndef FLAKEHOUND_FORK_LOOP_H_
#define FLAKEHOUND_FORK_LOOP_H_

#include <sys/types.h>
#include <uv.h>

#include <string>
#include <utility>
#include <vector>

namespace flakehound {

class TaskPool;

struct ForkLoopOptions {
  // Stream socket to the host: requests in, reports out.
  int control_fd;
  // Number under which a child's own connection to the host is to appear.
  int channel_fd;
  // Where the host listens for children.
  std::string socket_path;
  uv_loop_t* loop;
  TaskPool* pool;
};

// Request, one a line:  <id> <payload>
// Reports, one a line:  {"type":"forked","id":1,"pid":2}
//                       {"type":"refused","id":1,"errno":11}
//                       {"type":"exited","pid":2,"status":256,"userUs":1,"systemUs":1}
class ForkLoop {
 public:
  explicit ForkLoop(ForkLoopOptions options) : options_(std::move(options)) {}

  // Returns in each child, with its request's payload. In the template it never returns: when the
  // host hangs up, all children and the process itself end.
  std::string Run();

 private:
  struct Child {
    pid_t pid;
    int pidfd;
  };

  bool ReadRequests();
  // True in the child.
  bool ForkFor(const std::string& request);
  void BecomeChild(const std::string& id, pid_t template_pid);
  void Reap(size_t index);
  void Report(const char* format, ...) __attribute__((format(printf, 2, 3)));
  [[noreturn]] void EndAll();

  const ForkLoopOptions options_;
  std::vector<Child> children_;
  std::string input_;
  std::string payload_;
};

}  // namespace flakehound

#endif  // FLAKEHOUND_FORK_LOOP_H_
