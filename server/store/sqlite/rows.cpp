#include "server/store/sqlite/rows.hpp"

namespace zerofc::server::sqlite {
namespace {

using Number = std::array<std::uint8_t, 8>;

Number bytes_of_number(std::uint64_t number) {
  Number bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return bytes;
}
Number bytes_of_number(std::int64_t number) {
  return bytes_of_number(static_cast<std::uint64_t>(number));
}

Checksum shortened(const Hash& hash) {
  return *Checksum::from(hash.view().first<Checksum::kBytes>());
}

}  // namespace

Checksum checksum(Crypto& crypto, const RoomRow& room) {
  return shortened(crypto.sha256({bytes_of("room"), bytes_of_number(room.number), room.id.view(),
                                  bytes_of_number(room.next_seq), bytes_of_number(room.controls),
                                  room.head_hash.view(), bytes_of_number(room.log_bytes)}));
}

Checksum entry_checksum(Crypto& crypto, std::int64_t row, bool is_control, BytesView author,
                        BytesView token, BytesView bytes) {
  return shortened(crypto.sha256({is_control ? bytes_of("ctrl") : bytes_of("mesg"),
                                  bytes_of_number(row), author, token, bytes}));
}

Checksum box_checksum(Crypto& crypto, std::int64_t room, BytesView member, Seq seq, BytesView box) {
  return shortened(
      crypto.sha256({bytes_of("box "), bytes_of_number(room), bytes_of_number(seq), member, box}));
}

Checksum record_checksum(Crypto& crypto, std::int64_t room, std::int64_t kind, BytesView key,
                         BytesView value) {
  return shortened(crypto.sha256({bytes_of("rec "), bytes_of_number(room), bytes_of_number(kind),
                                  bytes_of_number(std::uint64_t{key.size()}), key, value}));
}

RoomFinder::RoomFinder(Database& database)
    : select_(database,
              "SELECT number, next_seq, controls, head_hash, log_bytes, checksum FROM rooms"
              " WHERE id = ?") {}

std::optional<RoomRow> RoomFinder::find(Crypto& crypto, const RoomId& id) {
  Run run(select_, id.view());
  if (!run.next()) return std::nullopt;
  RoomRow room;
  room.number = run.integer(0);
  room.id = id;
  room.next_seq = static_cast<Seq>(run.integer(1));
  room.controls = run.integer(2);
  room.head_hash = run.value<Hash>(3);
  room.log_bytes = static_cast<std::uint64_t>(run.integer(4));
  if (run.value<Checksum>(5) != checksum(crypto, room)) throw_damaged();
  return room;
}

}  // namespace zerofc::server::sqlite
