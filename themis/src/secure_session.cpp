// An established session (formats, sections 5.6 and 5.7).
#include "themis/secure_session.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "byte_order.hpp"
#include "gcm.hpp"
#include "libcrypto.hpp"
#include "session_keys.hpp"
#include "themis/random.hpp"

namespace themis {
namespace {

using detail::kGcmNonceSize;
using detail::kGcmTagSize;
using detail::load_be;
using detail::store_be;

constexpr std::size_t kIvOffset = 4;
constexpr std::size_t kInnerOffset = 20;
constexpr std::size_t kInnerHeaderSize = 16;  // length, sequence number, time
constexpr std::size_t kBodyOffset = kInnerOffset + kInnerHeaderSize;
// "Encrypted length: n + 12": it counts sequence number and time, but not itself.
constexpr std::size_t kLengthExtra = 12;
static_assert(kBodyOffset + kGcmTagSize == SecureSession::kOverhead);

// "When E <= 7 or E >= 0xFFFFFFF8 the wrapped ends cross and everything is refused." (5.7)
constexpr std::uint32_t kFirstUsableNumber = 8;
constexpr std::uint32_t kFirstDeadNumber = 0xFFFFFFF8;

constexpr std::uint64_t kClockToleranceSeconds = 24 * 60 * 60;

std::uint32_t numbers_left(std::uint32_t next) {
  return next >= kFirstUsableNumber && next < kFirstDeadNumber ? kFirstDeadNumber - next : 0;
}

std::uint64_t as_stamp(UnixSeconds time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }

}  // namespace

Result<SecureSession> SecureSession::establish(const detail::SessionSecrets& secrets,
                                               bool is_client) {
  SecureSession session;
  const auto& send_key = is_client ? secrets.client_key : secrets.server_key;
  const auto& receive_key = is_client ? secrets.server_key : secrets.client_key;
  session.next_send_ = is_client ? secrets.client_sequence : secrets.server_sequence;
  session.next_receive_ = is_client ? secrets.server_sequence : secrets.client_sequence;
  session.receive_key_ = receive_key.copy();
  // "Session id: u32be(u32le(sid)), that is, the sid bytes reversed." (5.6)
  std::ranges::reverse_copy(secrets.session_id, session.wire_id_.begin());
  if (const auto random = fill_random(session.iv_); !random) return Failure(random.error());
  session.send_.reset(EVP_CIPHER_CTX_new());
  if (!session.send_ ||
      EVP_EncryptInit_ex2(session.send_.get(), detail::Libcrypto::get().aes_256_gcm,
                          send_key.view().data(), nullptr, nullptr) != 1) {
    return fail(ErrorCode::kLibcrypto);
  }
  return session;
}

void SecureSession::end() noexcept {
  send_.reset();
  receive_key_.wipe_now();
}

Result<std::size_t> SecureSession::wrap_into(std::span<std::uint8_t> out, BytesView prefix,
                                             BytesView body, UnixSeconds now) {
  if (!alive()) return fail(ErrorCode::kSessionOver);
  if (prefix.size() > kMaxMessage || body.size() > kMaxMessage - prefix.size()) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, prefix.size() + body.size());
  }
  const std::size_t size = prefix.size() + body.size();
  if (size == 0) return fail(ErrorCode::kInvalidArgument);
  if (out.size() < size + kOverhead) {
    return fail(ErrorCode::kBufferTooSmall, size + kOverhead, out.size());
  }
  if (sends_left() == 0) return fail(ErrorCode::kSessionExhausted);

  std::array<std::uint8_t, kInnerHeaderSize> inner{};
  store_be(inner.data(), static_cast<std::uint32_t>(size + kLengthExtra));
  store_be(inner.data() + 4, next_send_);
  store_be(inner.data() + 8, as_stamp(now));
  std::ranges::copy(wire_id_, out.begin());
  std::ranges::copy(iv_, out.begin() + kIvOffset);

  EVP_CIPHER_CTX* c = send_.get();
  std::uint8_t* position = out.data() + kInnerOffset;
  const auto encrypt = [&](BytesView piece) {
    int written = 0;
    if (piece.empty()) return true;
    const bool good =
        EVP_EncryptUpdate(c, position, &written, piece.data(), static_cast<int>(piece.size())) == 1;
    position += piece.size();
    return good;
  };
  int written = 0;
  const bool good = EVP_EncryptInit_ex2(c, nullptr, nullptr, iv_.data(), nullptr) == 1 &&
                    encrypt(inner) && encrypt(prefix) && encrypt(body) &&
                    EVP_EncryptFinal_ex(c, position, &written) == 1 &&
                    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, kGcmTagSize, position) == 1;
  if (!good) {
    wipe(out.data(), size + kOverhead);
    end();
    return fail(ErrorCode::kLibcrypto);
  }

  // The nonce counts. GCM asks for one thing, that no nonce occurs twice under a key: this key is
  // used by this object alone, for fewer than 2^32 messages, and a 64-bit counter from a random
  // start doesn't come back within 2^64. It says nothing that an observer of the connection, who
  // can count messages, doesn't know. The filler is used by nothing and stays as it was drawn.
  std::uint8_t* const counter = iv_.data() + kGcmNonceSize - sizeof(std::uint64_t);
  store_be(counter, load_be<std::uint64_t>(counter) + 1);
  ++next_send_;
  return size + kOverhead;
}

Result<Bytes> SecureSession::wrap(BytesView message, UnixSeconds now) {
  if (message.size() > kMaxMessage) {
    return fail(ErrorCode::kTooLarge, kMaxMessage, message.size());
  }
  Bytes out(message.size() + kOverhead);
  const auto wrapped = wrap_into(out, {}, message, now);
  if (!wrapped) return Failure(wrapped.error());
  return out;
}

Result<std::span<std::uint8_t>> SecureSession::unwrap_into(std::span<std::uint8_t> out,
                                                           BytesView wrapped, UnixSeconds now) {
  if (!alive()) return fail(ErrorCode::kSessionOver);
  const auto refuse = [this] {
    end();
    return fail(ErrorCode::kSessionFailed);
  };
  if (wrapped.size() <= kOverhead || wrapped.size() - kOverhead > kMaxMessage) return refuse();
  const std::size_t size = wrapped.size() - kOverhead;
  if (out.size() < size) return fail(ErrorCode::kBufferTooSmall, size, out.size());
  if (receives_left() == 0) return refuse();
  if (!std::ranges::equal(wrapped.first(wire_id_.size()), wire_id_)) return refuse();

  // "Check the tag first and then the header, return one error for every failure, require length
  // field == total - 40 exactly (and >= 13), S must be exactly E+1, first message exactly the
  // initial value, and treat any failure as fatal for the session." (5.7)
  std::array<std::uint8_t, kInnerHeaderSize> inner{};
  const std::span<std::uint8_t> plaintext = out.first(size);
  const auto authentic = detail::gcm_decrypt(
      receive_key_.view(), wrapped.subspan<kIvOffset, kGcmNonceSize>(), {},
      wrapped.subspan(kInnerOffset, kInnerHeaderSize + size),
      std::span<const std::uint8_t, kGcmTagSize>(wrapped.last<kGcmTagSize>()), inner, plaintext);
  if (!authentic) return refuse();

  const auto length = load_be<std::uint32_t>(inner.data());
  const auto sequence = load_be<std::uint32_t>(inner.data() + 4);
  const auto stamp = load_be<std::uint64_t>(inner.data() + 8);
  if (stamp <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    peer_clock_ahead_ = static_cast<std::int64_t>(stamp - as_stamp(now));
    peer_clock_known_ = true;
  }
  if (length != size + kLengthExtra || sequence != next_receive_ ||
      distance(stamp, as_stamp(now)) > kClockToleranceSeconds) {
    wipe(plaintext.data(), plaintext.size());
    return refuse();
  }
  ++next_receive_;
  return plaintext;
}

Result<SecretBytes> SecureSession::unwrap(BytesView wrapped, UnixSeconds now) {
  // A size that no message has is refused below, before anything is written.
  const std::size_t size = wrapped.size() > kOverhead ? wrapped.size() - kOverhead : 0;
  SecretBytes plaintext(std::min(size, kMaxMessage));
  const auto unwrapped = unwrap_into(plaintext.mutable_view(), wrapped, now);
  if (!unwrapped) return Failure(unwrapped.error());
  return plaintext;
}

std::uint32_t SecureSession::sends_left() const { return alive() ? numbers_left(next_send_) : 0; }

std::uint32_t SecureSession::receives_left() const {
  return alive() ? numbers_left(next_receive_) : 0;
}

bool SecureSession::should_be_replaced() const {
  return sends_left() < kReplaceMargin || receives_left() < kReplaceMargin;
}

std::optional<std::chrono::seconds> SecureSession::peer_clock_ahead() const {
  if (!peer_clock_known_) return std::nullopt;
  return std::chrono::seconds(peer_clock_ahead_);
}

}  // namespace themis
