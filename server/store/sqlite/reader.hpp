// The reading side of a SQLite store: a connection of its own, so that it runs beside commits.
#pragma once

#include <memory>

#include "server/store/sqlite/rows.hpp"
#include "server/store/sqlite/totals.hpp"

namespace zerofc::server::sqlite {

class Reader final : public StoreReader {
 public:
  // Throws Failure.
  Reader(Database database, Crypto& crypto, std::shared_ptr<const Totals> totals);

  StoreResult<std::optional<relay::RoomImage>> load(const RoomId& id) override;
  StoreResult<relay::ReadResult> read(const RoomId& id, const relay::ReadRequest& request) override;
  StoreResult<StoreTotals> totals() override;
  // Copies what the write-ahead log holds into the database file, as far as no transaction is in
  // the way.
  void upkeep() override;

 private:
  relay::RoomImage load_found(const RoomRow& room);
  relay::ReadResult read_found(const RoomRow& room, const relay::ReadRequest& request);

  Crypto* crypto_;
  Database database_;
  std::shared_ptr<const Totals> totals_;
  RoomFinder rooms_;
  Statement entries_;
  Statement controls_;
  Statement boxes_;
  Statement records_;
};

}  // namespace zerofc::server::sqlite
