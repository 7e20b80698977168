// The workloads of package lang, by threads of C++: see lang.go there.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

constexpr int iterations = 15'000;
constexpr auto delay = std::chrono::milliseconds(10);
constexpr std::uint64_t kinds = 16;

std::uint64_t churn(std::uint64_t x) {
  for (int i = 0; i < iterations; i++) {
    x = (x ^ x >> 32) * 6364136223846793005u + 1442695040888963407u;
  }
  return x;
}

std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

std::uint64_t compute(std::uint64_t task) { return churn(task % kinds + 1); }

std::uint64_t wait(std::uint64_t task) {
  std::this_thread::sleep_for(delay);
  return mix(task % kinds);
}

// Tasks 0 … tasks-1 by several workers, each of which calls work.
struct Run {
  std::uint64_t (*const task)(std::uint64_t);
  const std::uint64_t tasks;
  std::atomic<std::uint64_t> next{0}, sum{0}, residence{0};

  void work() {
    auto start = std::chrono::steady_clock::now();
    std::uint64_t total = 0;
    for (std::uint64_t i; (i = next++) < tasks;) total += task(i);
    sum += total;
    residence += std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
  }
};

// The CPU time of this process in ns.
std::int64_t cpu_time() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * std::int64_t{1'000'000'000} + t.tv_nsec;
}

std::string answer(const std::string& request) {
  if (request == "about") return std::to_string(__cplusplus);
  std::istringstream words(request);
  std::string workload;
  std::int64_t workers, tasks;
  words >> workload >> workers >> tasks;
  if (!words || (workload != "compute" && workload != "wait") || workers < 1 || tasks < 0) {
    return "error: not a request: " + request;
  }
  Run run{workload == "wait" ? wait : compute, std::uint64_t(tasks)};
  auto before = cpu_time();
  std::vector<std::thread> threads;
  for (std::int64_t i = 0; i < workers; i++) threads.emplace_back(&Run::work, &run);
  for (auto& thread : threads) thread.join();
  std::ostringstream reply;
  reply << run.sum << ' ' << cpu_time() - before << ' ' << run.residence;
  return reply.str();
}

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::thread([line] { std::cout << answer(line) << std::endl; }).detach();
  }
  std::_Exit(0);  // the parent is gone, or wants us to be
}
