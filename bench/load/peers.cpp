// The servers to compare with.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "bench/load/rooms.hpp"

namespace zerofc::bench {
namespace {

class PlainRooms final : public Rooms {
 public:
  explicit PlainRooms(std::uint16_t port) : port_(port) {}

  void set_up(std::size_t rooms, std::size_t members) override {
    loop_ = std::make_unique<SocketLoop>(port_, "/", "bench");
    std::size_t open = 0;
    for (std::size_t room = 0; room < rooms; ++room) {
      for (std::size_t member = 0; member < members; ++member) {
        Socket& socket = loop_->connect();
        socket.on_open = [&socket, &open, room] {
          // The first message names the room.
          const std::array<std::uint8_t, 4> name = {
              static_cast<std::uint8_t>(room >> 24U), static_cast<std::uint8_t>(room >> 16U),
              static_cast<std::uint8_t>(room >> 8U), static_cast<std::uint8_t>(room)};
          socket.send(name);
          ++open;
        };
        socket.on_message = [this, room](std::span<const std::uint8_t>) { on_delivery(room); };
        if (member == 0) senders_.push_back(&socket);
      }
    }
    loop_->run_until([&] { return open == rooms * members; });
  }

  void send(std::size_t room, std::size_t bytes) override {
    payload_.assign(bytes, 0x41);
    senders_[room]->send(payload_);
  }
  SocketLoop& loop() override { return *loop_; }

 private:
  std::uint16_t port_;
  std::unique_ptr<SocketLoop> loop_;
  std::vector<Socket*> senders_;
  std::vector<std::uint8_t> payload_;
};

// MQTT 3.1.1, sections 3.1 (CONNECT), 3.3 (PUBLISH), 3.8 (SUBSCRIBE).
class MqttRooms final : public Rooms {
 public:
  explicit MqttRooms(std::uint16_t port) : port_(port) {}

  void set_up(std::size_t rooms, std::size_t members) override {
    loop_ = std::make_unique<SocketLoop>(port_, "/mqtt", "mqtt");
    std::size_t live = 0;
    for (std::size_t room = 0; room < rooms; ++room) {
      for (std::size_t member = 0; member < members; ++member) {
        Socket& socket = loop_->connect();
        const std::string id = "bench-" + std::to_string(room) + "-" + std::to_string(member);
        socket.on_open = [&socket, id] {
          std::vector<std::uint8_t> connect;
          put_text(connect, "MQTT");
          connect.insert(connect.end(), {4, 2, 0, 0});  // level, clean session, no keep-alive
          put_text(connect, id);
          socket.send(packet(0x10, connect));
        };
        socket.on_message = [this, &socket, &live, room](std::span<const std::uint8_t> message) {
          // mosquitto puts several packets into one WebSocket message, and splits them across.
          auto& rest = rests_[&socket];
          rest.insert(rest.end(), message.begin(), message.end());
          std::size_t at = 0;
          while (const std::size_t size = packet_size({rest.data() + at, rest.size() - at})) {
            handle(socket, rest[at] >> 4U, room, live);
            at += size;
          }
          rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(at));
        };
        if (member == 0) senders_.push_back(&socket);
      }
    }
    loop_->run_until([&] { return live == rooms * members; });
  }

  void send(std::size_t room, std::size_t bytes) override {
    std::vector<std::uint8_t> publish;
    put_text(publish, topic(room));
    publish.insert(publish.end(), bytes, 0x41);
    senders_[room]->send(packet(0x30, publish));
  }
  SocketLoop& loop() override { return *loop_; }

 private:
  static std::string topic(std::size_t room) { return "room/" + std::to_string(room); }
  static void put_text(std::vector<std::uint8_t>& out, const std::string& text) {
    out.push_back(static_cast<std::uint8_t>(text.size() >> 8U));
    out.push_back(static_cast<std::uint8_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
  }
  static std::vector<std::uint8_t> packet(std::uint8_t type,
                                          const std::vector<std::uint8_t>& body) {
    std::vector<std::uint8_t> out = {type};
    std::size_t size = body.size();
    do {
      const auto low = static_cast<std::uint8_t>(size & 0x7fU);
      size >>= 7U;
      out.push_back(size > 0 ? static_cast<std::uint8_t>(low | 0x80U) : low);
    } while (size > 0);
    out.insert(out.end(), body.begin(), body.end());
    return out;
  }
  // Of the whole packet at the front, or 0 if it isn't all there.
  static std::size_t packet_size(std::span<const std::uint8_t> bytes) {
    std::size_t size = 0;
    for (std::size_t index = 1; index < bytes.size() && index <= 4; ++index) {
      size |= static_cast<std::size_t>(bytes[index] & 0x7fU) << (7 * (index - 1));
      if ((bytes[index] & 0x80U) == 0) {
        return bytes.size() >= index + 1 + size ? index + 1 + size : 0;
      }
    }
    return 0;
  }
  void handle(Socket& socket, unsigned type, std::size_t room, std::size_t& live) {
    if (type == 2) {  // CONNACK
      std::vector<std::uint8_t> subscribe = {0, 1};
      put_text(subscribe, topic(room));
      subscribe.push_back(0);
      socket.send(packet(0x82, subscribe));
    } else if (type == 9) {  // SUBACK
      ++live;
    } else if (type == 3) {
      on_delivery(room);
    }
  }

  std::uint16_t port_;
  std::unique_ptr<SocketLoop> loop_;
  std::vector<Socket*> senders_;
  std::map<const Socket*, std::vector<std::uint8_t>> rests_;
};

}  // namespace

std::unique_ptr<Rooms> make_plain_rooms(std::uint16_t port) {
  return std::make_unique<PlainRooms>(port);
}
std::unique_ptr<Rooms> make_mqtt_rooms(std::uint16_t port) {
  return std::make_unique<MqttRooms>(port);
}

}  // namespace zerofc::bench
