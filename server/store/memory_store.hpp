// Keeps rooms in memory: for tests, simulations, benchmarks and rooms that need not outlive the
// process. Durable here means: in memory.
#pragma once

#include <memory>
#include <vector>

#include "server/store/store.hpp"

namespace zerofc::server {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  std::vector<relay::BatchResult> commit(std::span<const relay::Batch> batches) override;
  StoreResult<std::unique_ptr<StoreReader>> reader() override;

 private:
  class Rooms;
  class Reader;
  std::shared_ptr<Rooms> rooms_;
};

}  // namespace zerofc::server
