// The threads that goroutines are compared with: a program that answers the
// requests of package peer. Each reply ends with the CPU time, in ns, that this
// process has spent on it.
//
//   create FIRST COUNT  creates threads FIRST … FIRST+COUNT-1, one after another,
//                       all on one CPU, and joins each: SUM of their numbers, CPU
//   switch FIRST COUNT  two threads on one CPU wake each other up in turn, until
//                       they have been through these numbers: SUM, CPU
//   park TOTAL          creates what is missing of so many threads, and waits
//                       until all are parked: PARKED, the bytes of their stacks
//                       as far as it knows them (0), CPU
//   wake                wakes all of them up and joins them: SUM of their
//                       numbers, 1 …, CPU
//
// Threads are made by pthread_create, which is what std::thread calls, and
// which tells why it failed: when it is a limit of the system, the request is
// refused with a reason that begins with "limit: ". None of them allocates memory, which would give
// them a heap of their own each; that is why one thread reads, and another
// answers all requests.

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef __linux__
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#endif

namespace {

void check(const char* what, int err) {
  if (err != 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(err));
}

// check_made is for what pthread_create returned for one more thread than so many.
void check_made(uint64_t threads, int err) {
  if (err == EAGAIN) {
    throw std::runtime_error("limit: only " + std::to_string(threads) + " threads are allowed here");
  }
  check("pthread_create", err);
}

#ifdef __linux__

// one CPU, for create and switch

// here returns the CPU that the system has just chosen for this thread.
int here() {
  const int cpu = sched_getcpu();
  if (cpu < 0) check("sched_getcpu", errno);
  if (cpu >= CPU_SETSIZE) check("sched_getcpu", ERANGE);
  return cpu;
}

int stay_on(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  return pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus);
}

// OneCpu keeps this thread, and those that it creates, on one CPU as long as it
// lives.
class OneCpu {
 public:
  OneCpu() {
    check("pthread_getaffinity_np", pthread_getaffinity_np(pthread_self(), sizeof before, &before));
    check("pthread_setaffinity_np", stay_on(here()));
  }
  ~OneCpu() { pthread_setaffinity_np(pthread_self(), sizeof before, &before); }
  OneCpu(const OneCpu&) = delete;
  OneCpu& operator=(const OneCpu&) = delete;

 private:
  cpu_set_t before;
};

// create

struct Created {
  uint64_t number;
  uint64_t sum;
  int cpu;
  uint64_t elsewhere;  // how many were on another CPU
};

void* add(void* arg) {
  auto* created = static_cast<Created*>(arg);
  created->sum += created->number;
  created->elsewhere += sched_getcpu() != created->cpu;
  return nullptr;
}

// create is on one CPU, as goroutines are with GOMAXPROCS=1.
uint64_t create(uint64_t first, uint64_t count) {
  const OneCpu one_cpu;
  Created created{first, 0, here(), 0};
  for (; created.number < first + count; created.number++) {
    pthread_t thread;
    check_made(0, pthread_create(&thread, nullptr, add, &created));
    check("pthread_join", pthread_join(thread, nullptr));
  }
  if (created.elsewhere != 0) throw std::runtime_error("threads were created on more than one CPU");
  return created.sum;
}

// switch

struct Player {
  std::atomic<uint32_t>* turn;  // the number that is next, its lower half
  uint64_t number, end;         // the player's numbers are every second one
  int cpu;
  uint64_t sum;
  int err;
};

// play must not stop for an error: the other one would wait for ever.
void* play(void* arg) {
  auto* player = static_cast<Player*>(arg);
  player->err = stay_on(player->cpu);
  for (; player->number < player->end; player->number += 2) {
    const auto mine = static_cast<uint32_t>(player->number);
    for (uint32_t seen; (seen = player->turn->load()) != mine;) {
      syscall(SYS_futex, player->turn, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
    }
    player->sum += player->number;
    player->turn->store(mine + 1);
    syscall(SYS_futex, player->turn, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  return nullptr;
}

// take_turns has both threads on the CPU that the system has just chosen for
// this one.
uint64_t take_turns(uint64_t first, uint64_t count) {
  std::atomic<uint32_t> turn{static_cast<uint32_t>(first)};
  const int cpu = here();
  Player one{&turn, first, first + count, cpu, 0, 0}, two{&turn, first + 1, first + count, cpu, 0, 0};
  pthread_t threads[2];
  check_made(0, pthread_create(&threads[0], nullptr, play, &one));
  const int err = pthread_create(&threads[1], nullptr, play, &two);
  if (err != 0) play(&two);  // so that the first one ends
  pthread_join(threads[0], nullptr);
  check_made(1, err);
  pthread_join(threads[1], nullptr);
  check("pthread_setaffinity_np", one.err != 0 ? one.err : two.err);
  return one.sum + two.sum;
}

#else

uint64_t create(uint64_t, uint64_t) {
  throw std::runtime_error("this program cannot put threads on one CPU here");
}

uint64_t take_turns(uint64_t first, uint64_t count) { return create(first, count); }

#endif

// park and wake

struct Crowd {
  std::mutex mutex;
  std::condition_variable arrived, woken;
  uintptr_t parked = 0, expected = 0;
  bool awake = false;
  std::atomic<uint64_t> sum{0};
  std::vector<pthread_t> threads;
};

Crowd crowd;

// stand counts its thread under the mutex that only the waiting releases: who
// counted is parked.
void* stand(void* number) {
  {
    std::unique_lock<std::mutex> lock(crowd.mutex);
    if (++crowd.parked == crowd.expected) crowd.arrived.notify_one();
    crowd.woken.wait(lock, [] { return crowd.awake; });
    crowd.parked--;
  }
  crowd.sum += reinterpret_cast<uintptr_t>(number);
  return nullptr;
}

uint64_t park(uint64_t total) {
  {
    std::lock_guard<std::mutex> lock(crowd.mutex);
    crowd.expected = total;
  }
  crowd.threads.reserve(total);
  while (crowd.threads.size() < total) {
    const uintptr_t number = crowd.threads.size() + 1;
    pthread_t thread;
    check_made(number - 1, pthread_create(&thread, nullptr, stand, reinterpret_cast<void*>(number)));
    crowd.threads.push_back(thread);
  }
  std::unique_lock<std::mutex> lock(crowd.mutex);
  crowd.arrived.wait(lock, [] { return crowd.parked == crowd.expected; });
  return crowd.parked;
}

uint64_t wake() {
  {
    std::lock_guard<std::mutex> lock(crowd.mutex);
    crowd.awake = true;
  }
  crowd.woken.notify_all();
  for (pthread_t thread : crowd.threads) check("pthread_join", pthread_join(thread, nullptr));
  crowd.threads.clear();
  crowd.awake = false;
  return crowd.sum.exchange(0);
}

// requests

uint64_t cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000 + static_cast<uint64_t>(t.tv_nsec);
}

std::string answer(const std::string& request) {
  const uint64_t before = cpu_ns();
  uint64_t a, b;
  std::string reply;
  if (std::sscanf(request.c_str(), "create %" SCNu64 " %" SCNu64, &a, &b) == 2) {
    reply = std::to_string(create(a, b));
  } else if (std::sscanf(request.c_str(), "switch %" SCNu64 " %" SCNu64, &a, &b) == 2) {
    reply = std::to_string(take_turns(a, b));
  } else if (std::sscanf(request.c_str(), "park %" SCNu64, &a) == 1) {
    reply = std::to_string(park(a)) + " 0";
  } else if (request == "wake") {
    reply = std::to_string(wake());
  } else {
    throw std::runtime_error("unknown request");
  }
  return reply + " " + std::to_string(cpu_ns() - before);
}

struct Inbox {
  std::mutex mutex;
  std::condition_variable filled;
  std::string request;
  bool full = false;
};

Inbox inbox;

// read_requests exits with the process at the end of stdin, whatever is under way.
void read_requests() {
  char line[256];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    line[std::strcspn(line, "\r\n")] = '\0';
    std::lock_guard<std::mutex> lock(inbox.mutex);
    inbox.request = line;
    inbox.full = true;
    inbox.filled.notify_one();
  }
  _exit(0);
}

}  // namespace

int main() {
  std::thread(read_requests).detach();
  for (;;) {
    std::string request;
    {
      std::unique_lock<std::mutex> lock(inbox.mutex);
      inbox.filled.wait(lock, [] { return inbox.full; });
      inbox.full = false;
      request = inbox.request;
    }
    std::string reply;
    try {
      reply = answer(request);
    } catch (const std::exception& e) {
      reply = std::string("error: ") + e.what();
    }
    std::puts(reply.c_str());
    std::fflush(stdout);
  }
}
