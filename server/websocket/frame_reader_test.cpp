#include "server/websocket/frame_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace zerofc::server {
namespace {

using Bytes = std::vector<std::uint8_t>;
using std::chrono::milliseconds;

constexpr std::array<std::uint8_t, 4> kMask = {0x37, 0xfa, 0x21, 0x3d};

// A client's frame; `first` is the byte with FIN and opcode.
Bytes frame(std::uint8_t first, std::string_view payload) {
  Bytes out = {first};
  if (payload.size() < 126) {
    out.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
  } else {
    out.push_back(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      out.push_back(static_cast<std::uint8_t>(payload.size() >> shift & 0xff));
  }
  out.insert(out.end(), kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint8_t>(payload[i]) ^ kMask[i % 4]));
  }
  return out;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::string text(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

class FrameReaderTest : public testing::Test {
 protected:
  // Reads `bytes` in pieces of `piece` and writes down what came of it, one word per event.
  std::string read(Bytes bytes, std::size_t piece = 1 << 20) {
    std::string seen;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      std::span<std::uint8_t> input =
          std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
      while (true) {
        const FrameReader::Event event = reader_.next(input, now_);
        if (std::holds_alternative<FrameReader::NeedMore>(event)) {
          EXPECT_TRUE(input.empty());
          break;
        }
        if (const auto* m = std::get_if<FrameReader::Message>(&event))
          seen += "message:" + text(m->bytes) + " ";
        if (const auto* p = std::get_if<FrameReader::Ping>(&event))
          seen += "ping:" + text(p->bytes) + " ";
        if (std::holds_alternative<FrameReader::Pong>(event)) seen += "pong ";
        if (const auto* c = std::get_if<FrameReader::Close>(&event)) {
          return seen + "close:" + (c->code ? std::to_string(*c->code) : "none");
        }
        if (const auto* r = std::get_if<FrameReader::Refused>(&event)) {
          refused_ = r->error;
          return seen + "refused";
        }
      }
    }
    return seen;
  }

  void expect_refused(Bytes bytes, FrameError error, CloseCode code) {
    EXPECT_EQ(read(std::move(bytes)), "refused");
    EXPECT_EQ(refused_, error);
    EXPECT_EQ(close_code_of(error), code);
    EXPECT_EQ(reader_.buffered_bytes(), 0U);
    EXPECT_EQ(read(frame(0x82, "later")), "refused") << "the verdict is final";
  }

  WebSocketLimits limits_{
      .message_bytes_max = 1000, .message_fragments_max = 3, .control_frames_max = 2};
  FrameReader reader_{limits_};
  milliseconds now_{0};
  std::optional<FrameError> refused_;
};

TEST_F(FrameReaderTest, ReadsMessagesThatArriveWholeTogetherAndByteByByte) {
  const Bytes stream = frame(0x82, "one") + frame(0x82, "") + frame(0x82, std::string(3, 'x'));
  EXPECT_EQ(read(stream), "message:one message: message:xxx ");
  for (std::size_t piece = 1; piece < stream.size(); ++piece) {
    EXPECT_EQ(read(stream, piece), "message:one message: message:xxx ") << piece;
  }
}

TEST_F(FrameReaderTest, JoinsFragmentsAroundControlFrames) {
  const Bytes stream = frame(0x02, "he") + frame(0x89, "are you there") + frame(0x00, "ll") +
                       frame(0x8a, "") + frame(0x80, "o");
  EXPECT_EQ(read(stream), "ping:are you there pong message:hello ");
  now_ += limits_.control_window;
  EXPECT_EQ(read(stream, 1), "ping:are you there pong message:hello ");
}

TEST_F(FrameReaderTest, UnmasksAWholeMessageWhereItLies) {
  Bytes bytes = frame(0x82, "here");
  std::span<std::uint8_t> input(bytes);
  const auto event = reader_.next(input, now_);
  const auto* message = std::get_if<FrameReader::Message>(&event);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->bytes.data(), bytes.data() + 6);
  EXPECT_EQ(reader_.buffered_bytes(), 0U);
}

TEST_F(FrameReaderTest, ReadsAMessageOfExactlyTheLimit) {
  EXPECT_EQ(read(frame(0x82, std::string(125, 'a'))), "message:" + std::string(125, 'a') + " ");
  limits_.message_bytes_max = 70000;
  EXPECT_EQ(read(frame(0x82, std::string(70000, 'b')), 4096),
            "message:" + std::string(70000, 'b') + " ");
}

TEST_F(FrameReaderTest, RefusesAMessageOverTheLimitAtItsHeader) {
  // A declared 2^63 - 1 bytes with not one of them sent.
  expect_refused({0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
                 FrameError::kMessageTooLarge, CloseCode::kMessageTooBig);
}

TEST_F(FrameReaderTest, CountsAllFragmentsTowardsTheLimit) {
  limits_.message_bytes_max = 200;
  expect_refused(frame(0x02, std::string(120, 'a')) + frame(0x80, std::string(81, 'b')),
                 FrameError::kMessageTooLarge, CloseCode::kMessageTooBig);
}

TEST_F(FrameReaderTest, HoldsOnlyWhatArrived) {
  Bytes bytes = {0x82, 0xfe, 0x03, 0xe8, 0, 0, 0, 0, 'a', 'b'};
  EXPECT_EQ(read(bytes), "");
  EXPECT_EQ(reader_.buffered_bytes(), 2U);
}

TEST_F(FrameReaderTest, RefusesMoreFragmentsThanAllowedEvenEmptyOnes) {
  expect_refused(frame(0x02, "") + frame(0x00, "") + frame(0x00, "") + frame(0x00, ""),
                 FrameError::kTooManyFragments, CloseCode::kPolicyViolation);
}

TEST_F(FrameReaderTest, RefusesAFloodOfControlFrames) {
  const Bytes ping = frame(0x89, "");
  EXPECT_EQ(read(ping + ping), "ping: ping: ");
  now_ += limits_.control_window;
  EXPECT_EQ(read(ping + ping), "ping: ping: ") << "a new window";
  expect_refused(ping, FrameError::kTooManyControlFrames, CloseCode::kPolicyViolation);
}

TEST_F(FrameReaderTest, RefusesFramesWithoutAMask) {
  expect_refused({0x82, 0x01}, FrameError::kUnmasked, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesTextMessages) {
  expect_refused(frame(0x81, "text"), FrameError::kTextMessage, CloseCode::kUnsupportedData);
}

TEST_F(FrameReaderTest, RefusesCompressionNobodyNegotiated) {
  expect_refused(frame(0xc2, "x"), FrameError::kReservedBits, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesOpcodesThatMeanNothing) {
  expect_refused(frame(0x83, ""), FrameError::kUnknownOpcode, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesControlFramesInFragments) {
  expect_refused(frame(0x09, ""), FrameError::kControlFragmented, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesLongControlFrames) {
  expect_refused({0x89, 0xfe}, FrameError::kControlTooLong, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesAContinuationOfNothing) {
  expect_refused(frame(0x80, "x"), FrameError::kContinuationOfNothing, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesAMessageInsideAMessage) {
  expect_refused(frame(0x02, "a") + frame(0x82, "b"), FrameError::kMessageInsideMessage,
                 CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesLengthsInALongerFormThanNeeded) {
  expect_refused({0x82, 0xfe, 0, 125, 0, 0, 0, 0}, FrameError::kLengthNotShortest,
                 CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesALengthWithItsTopBitSet) {
  expect_refused({0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, FrameError::kLengthTopBit,
                 CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, ReadsNothingAfterAClose) {
  EXPECT_EQ(read(frame(0x88, "\x03\xe8") + frame(0x82, "x")), "close:1000");
  EXPECT_EQ(read(frame(0x82, "x")), "close:1000");
}

TEST_F(FrameReaderTest, ACloseNeedsNoCode) { EXPECT_EQ(read(frame(0x88, "")), "close:none"); }

TEST_F(FrameReaderTest, RefusesACloseOfOneByte) {
  expect_refused(frame(0x88, "\x03"), FrameError::kCloseMalformed, CloseCode::kProtocolError);
}

TEST_F(FrameReaderTest, RefusesCloseCodesThatAreNeverSent) {
  expect_refused(frame(0x88, "\x03\xed"), FrameError::kCloseMalformed, CloseCode::kProtocolError);
}

}  // namespace
}  // namespace zerofc::server
