#include "fork_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "task_pool.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

namespace flakehound {

namespace {

// Exit code of a child that could not reach the host: EX_UNAVAILABLE of sysexits.
constexpr int kNoHost = 69;

bool WriteAll(int fd, const char* bytes, size_t length) {
  while (length > 0) {
    const ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      pollfd ready = {fd, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (written < 0) return false;
    bytes += written;
    length -= static_cast<size_t>(written);
  }
  return true;
}

int ConnectTo(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int done;
  do {
    done = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  } while (done < 0 && errno == EINTR);
  return done == 0 ? fd : -1;
}

long long Microseconds(const timeval& time) { return time.tv_sec * 1000000LL + time.tv_usec; }

}  // namespace

std::string ForkLoop::Run() {
  for (;;) {
    std::vector<pollfd> waits;
    waits.push_back({options_.control_fd, POLLIN, 0});
    for (const Child& child : children_) waits.push_back({child.pidfd, POLLIN, 0});
    if (poll(waits.data(), waits.size(), -1) < 0) {
      if (errno == EINTR) continue;
      EndAll();
    }
    // From the back, as reaping moves the last child into the gap.
    for (size_t i = waits.size() - 1; i > 0; i--) {
      if (waits[i].revents != 0) Reap(i - 1);
    }
    if (waits[0].revents != 0 && ReadRequests()) return payload_;
  }
}

// True in a child.
bool ForkLoop::ReadRequests() {
  char chunk[65536];
  const ssize_t length = read(options_.control_fd, chunk, sizeof chunk);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  if (length <= 0) EndAll();
  input_.append(chunk, static_cast<size_t>(length));
  size_t end;
  while ((end = input_.find('\n')) != std::string::npos) {
    const std::string request = input_.substr(0, end);
    input_.erase(0, end + 1);
    if (ForkFor(request)) return true;
  }
  return false;
}

bool ForkLoop::ForkFor(const std::string& request) {
  const size_t space = request.find(' ');
  const std::string id = request.substr(0, space);
  const pid_t template_pid = getpid();
  options_.pool->LockWhenIdle();
  const pid_t pid = fork();
  if (pid == 0) {
    payload_ = space == std::string::npos ? "" : request.substr(space + 1);
    BecomeChild(id, template_pid);
    return true;
  }
  const int error = errno;
  options_.pool->Unlock();
  if (pid < 0) {
    Report("{\"type\":\"refused\",\"id\":%s,\"errno\":%d}\n", id.c_str(), error);
    return false;
  }
  // A child not yet waited for keeps its number, so this can't meet another process.
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  children_.push_back({pid, pidfd});
  Report("{\"type\":\"forked\",\"id\":%s,\"pid\":%d}\n", id.c_str(), pid);
  return false;
}

void ForkLoop::BecomeChild(const std::string& id, pid_t template_pid) {
  options_.pool->ResetAfterFork();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != template_pid) _exit(kNoHost);
  // A group of its own: what a test leaves running can be found by it.
  setpgid(0, 0);
  close(options_.control_fd);
  for (const Child& sibling : children_) close(sibling.pidfd);
  children_.clear();

  const int fd = ConnectTo(options_.socket_path);
  const uint32_t hello = static_cast<uint32_t>(strtoul(id.c_str(), nullptr, 10));
  if (fd < 0 || !WriteAll(fd, reinterpret_cast<const char*>(&hello), sizeof hello)) _exit(kNoHost);
  // The template's message channel to its own parent becomes this child's: same number, other end.
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (dup3(fd, options_.channel_fd, O_CLOEXEC) < 0) _exit(kNoHost);
  close(fd);
  if (uv_loop_fork(options_.loop) != 0) _exit(kNoHost);
  uv_update_time(options_.loop);
}

void ForkLoop::Reap(size_t index) {
  const Child child = children_[index];
  int status = 0;
  rusage usage = {};
  if (wait4(child.pid, &status, WNOHANG, &usage) != child.pid) return;
  close(child.pidfd);
  children_[index] = children_.back();
  children_.pop_back();
  Report("{\"type\":\"exited\",\"pid\":%d,\"status\":%d,\"userUs\":%lld,\"systemUs\":%lld}\n",
         child.pid, status, Microseconds(usage.ru_utime), Microseconds(usage.ru_stime));
}

void ForkLoop::Report(const char* format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  const int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (!WriteAll(options_.control_fd, line, static_cast<size_t>(length))) EndAll();
}

void ForkLoop::EndAll() {
  for (const Child& child : children_) kill(child.pid, SIGKILL);
  for (const Child& child : children_) waitpid(child.pid, nullptr, 0);
  _exit(0);
}

}  // namespace flakehound
