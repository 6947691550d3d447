#include "server/data_dir/data_dir.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <set>

#include "native/files/tests/full_disk.hpp"
#include "native/files/tests/temp_dir.hpp"
#include "native/themis_crypto.hpp"

namespace zerofc::server::test {
namespace {

namespace fs = std::filesystem;

// An engine without randomness, as far as it is asked for key pairs.
class NoRandomness final : public Crypto {
 public:
  Hash sha256(std::initializer_list<BytesView> pieces) override { return inner_.sha256(pieces); }
  bool random(std::span<std::uint8_t>) override { return false; }
  CryptoResult<Bytes> seal(SymmetricKeyView, BytesView, BytesView) override { return no(); }
  CryptoResult<SecretBytes> open(SymmetricKeyView, BytesView, BytesView) override { return no(); }
  CryptoResult<Bytes> seal_with_passphrase(BytesView, BytesView, BytesView) override {
    return no();
  }
  CryptoResult<SecretBytes> open_with_passphrase(BytesView, BytesView, BytesView) override {
    return no();
  }
  CryptoResult<Bytes> sign(PrivateKeyView, BytesView) override { return no(); }
  CryptoResult<void> verify(PublicKeyView, BytesView) override { return no(); }
  CryptoResult<Bytes> encrypt(PrivateKeyView, PublicKeyView, BytesView) override { return no(); }
  CryptoResult<SecretBytes> decrypt(PrivateKeyView, PublicKeyView, BytesView) override {
    return no();
  }

 protected:
  bool make_keys(std::span<std::uint8_t, kKeyContainerBytes>,
                 std::span<std::uint8_t, kKeyContainerBytes>) override {
    return false;
  }

 private:
  static tl::unexpected<CryptoError> no() { return fail(CryptoError::kFailed); }
  ThemisCrypto inner_;
};

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  return status.st_mode & 07777U;
}

class DataDirs : public testing::Test {
 protected:
  TempDir around;
  const fs::path path = around.path() / "data";
  const fs::path keys_file = path / "server-keys";
  ThemisCrypto crypto;

  Result<DataDir, DataDirError> open() { return DataDir::open(path, crypto); }
  void make() { ASSERT_TRUE(open()); }
  // Refused, for that reason, and nothing in or around the directory was changed.
  void refuse(DataDirError expected) {
    const auto before = snapshot(around.path());
    const auto opened = open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), expected) << describe(opened.error());
    EXPECT_EQ(snapshot(around.path()), before);
  }
};

TEST_F(DataDirs, are_made_where_there_is_none_for_their_owner_only) {
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(mode_of(path), 0700U);
  std::set<std::string> names;
  for (const auto& found : fs::directory_iterator(path)) {
    names.insert(found.path().filename().string());
    EXPECT_EQ(mode_of(found.path()), 0600U) << found.path();
  }
  EXPECT_EQ(names, (std::set<std::string>{"0fcd-data", "lock", "server-keys"}));
  EXPECT_EQ(opened->rooms_file(), path / "rooms.db");
}

TEST_F(DataDirs, may_be_empty_folders_and_end_in_a_slash) {
  fs::create_directory(path);
  EXPECT_TRUE(DataDir::open(path.string() + "/", crypto));
  EXPECT_TRUE(open());
}

TEST_F(DataDirs, keep_the_keys_that_were_made_first) {
  SessionPublicKey session;
  SigningPublicKey signing;
  {
    const auto opened = open();
    ASSERT_TRUE(opened);
    session = opened->keys().session.public_key;
    signing = opened->keys().signing.public_key;
    EXPECT_NE(to_bytes(session.view()), to_bytes(signing.view()));
  }
  const auto again = open();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->keys().session.public_key, session);
  EXPECT_EQ(again->keys().signing.public_key, signing);
  // And the private ones belong to them.
  for (const PrivateKeyView key : {PrivateKeyView(again->keys().session.private_key.view()),
                                   PrivateKeyView(again->keys().signing.private_key.view())}) {
    const PublicKeyView is_public = key.data() == again->keys().session.private_key.view().data()
                                        ? PublicKeyView(session.bytes())
                                        : PublicKeyView(signing.bytes());
    const auto message = crypto.sign(key, bytes_of("message"));
    ASSERT_TRUE(message);
    EXPECT_TRUE(crypto.verify(is_public, *message));
  }
}

TEST_F(DataDirs, two_have_different_keys) {
  const auto one = open();
  const auto two = DataDir::open(around.path() / "other", crypto);
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_NE(one->keys().session.public_key, two->keys().session.public_key);
  EXPECT_NE(one->keys().signing.public_key, two->keys().signing.public_key);
}

TEST_F(DataDirs, serve_one_server_at_a_time) {
  {
    const auto first = open();
    ASSERT_TRUE(first);
    refuse(DataDirError::kInUse);
  }
  EXPECT_TRUE(open());
}

TEST_F(DataDirs, are_free_again_when_their_server_was_killed) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto opened = open();
    const char answer = opened ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  refuse(DataDirError::kInUse);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_TRUE(open());
}

TEST_F(DataDirs, a_first_start_that_was_interrupted_is_finished) {
  fs::create_directory(path);
  write_file(path / "lock", "");
  write_file(path / "server-keys.new", "half");
  write_file(path / "0fcd-data.new", "half");
  SessionPublicKey session;
  {
    const auto opened = open();
    ASSERT_TRUE(opened);
    session = opened->keys().session.public_key;
  }
  EXPECT_FALSE(fs::exists(path / "server-keys.new"));
  // After the keys, before the marker.
  fs::remove(path / "0fcd-data");
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->keys().session.public_key, session);
}

// ---- refused, and left as they are

TEST_F(DataDirs, a_folder_with_something_else_in_it_is_refused) {
  fs::create_directory(path);
  write_file(path / "holiday.jpg", "not ours");
  refuse(DataDirError::kForeign);
  write_file(path / "lock", "");
  refuse(DataDirError::kForeign);
}

TEST_F(DataDirs, a_folder_whose_marker_is_somebody_elses_is_refused) {
  make();
  for (const char* text : {"", "0fcd", "something else, version 1\n"}) {
    write_file(path / "0fcd-data", text);
    refuse(DataDirError::kForeign);
  }
  write_file(path / "0fcd-data", std::string(1000, '0'));
  refuse(DataDirError::kForeign);
}

TEST_F(DataDirs, a_file_or_a_dangling_link_in_their_place_is_refused) {
  write_file(path, "a file");
  refuse(DataDirError::kForeign);
  fs::remove(path);
  fs::create_symlink(around.path() / "nowhere", path);
  refuse(DataDirError::kForeign);
}

TEST_F(DataDirs, a_newer_one_is_refused) {
  make();
  for (const char* version : {"2", "17", "4294967295"}) {
    write_file(path / "0fcd-data", std::string("0fcd data directory, version ") + version + "\n");
    refuse(DataDirError::kNewer);
  }
}

TEST_F(DataDirs, a_damaged_marker_is_refused) {
  make();
  for (const char* version : {"", "1", "0\n", "1 \n", "x\n", "1\n\n", "99999999999999999999\n"}) {
    write_file(path / "0fcd-data", std::string("0fcd data directory, version ") + version);
    refuse(DataDirError::kDamaged);
  }
}

TEST_F(DataDirs, missing_keys_are_never_made_anew) {
  make();
  fs::remove(keys_file);
  refuse(DataDirError::kDamaged);
}

TEST_F(DataDirs, damaged_keys_are_refused_whichever_bit_it_is) {
  make();
  const std::string good = content_of(keys_file);
  ASSERT_EQ(good.size(), kServerKeysFileBytes);
  constexpr std::size_t kVersionAt = 15;
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (at == kVersionAt) continue;
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    write_file(keys_file, bad);
    const auto opened = open();
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error(), DataDirError::kDamaged) << at;
    EXPECT_EQ(content_of(keys_file), bad);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{15}, good.size() - 1}) {
    write_file(keys_file, good.substr(0, size));
    refuse(DataDirError::kDamaged);
  }
  write_file(keys_file, good + "x");
  refuse(DataDirError::kDamaged);
  write_file(keys_file, good);
  EXPECT_TRUE(open());
}

TEST_F(DataDirs, keys_of_a_newer_version_are_refused) {
  make();
  std::string newer = content_of(keys_file);
  newer[15] = 2;
  newer += "more";
  write_file(keys_file, newer);
  refuse(DataDirError::kNewer);
}

TEST_F(DataDirs, keys_that_others_may_access_are_refused) {
  make();
  for (const mode_t mode : {0640U, 0604U, 0660U, 0610U}) {
    ASSERT_EQ(::chmod(keys_file.c_str(), mode), 0);
    refuse(DataDirError::kKeysExposed);
  }
  ASSERT_EQ(::chmod(keys_file.c_str(), 0400), 0);
  EXPECT_TRUE(open());
}

TEST_F(DataDirs, keys_that_are_no_plain_file_are_refused) {
  make();
  fs::rename(keys_file, around.path() / "elsewhere");
  fs::create_symlink(around.path() / "elsewhere", keys_file);
  refuse(DataDirError::kDamaged);
}

// Root may write everywhere, so these run as somebody else.
class Unprivileged {
 public:
  Unprivileged() {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::seteuid(kNobody) != 0) throw std::runtime_error("seteuid");
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (::getuid() == 0 && ::seteuid(0) != 0) std::abort();
  }
};

TEST_F(DataDirs, one_that_can_not_be_written_to_is_refused) {
  ASSERT_EQ(::chmod(around.path().c_str(), 0555), 0);
  {
    const Unprivileged nobody;
    refuse(DataDirError::kNotWritable);
  }
  ASSERT_EQ(::chmod(around.path().c_str(), 0755), 0);
  fs::create_directory(path);
  ASSERT_EQ(::chmod(path.c_str(), 0555), 0);
  {
    const Unprivileged nobody;
    refuse(DataDirError::kNotWritable);
  }
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  make();
  ASSERT_EQ(::chmod(path.c_str(), 0555), 0);
  const auto before = snapshot(path);
  {
    const Unprivileged nobody;
    const auto opened = open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), DataDirError::kNotWritable);
  }
  EXPECT_EQ(snapshot(path), before);
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
}

TEST_F(DataDirs, a_full_disk_leaves_no_half_directory) {
  const FullDisk full(10);
  refuse(DataDirError::kDiskFull);
  fs::create_directory(path);
  refuse(DataDirError::kDiskFull);
}

TEST_F(DataDirs, no_folder_above_is_made) {
  EXPECT_EQ(DataDir::open(path / "deeper", crypto).error(), DataDirError::kFailed);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DataDirs, without_randomness_there_are_no_keys_and_no_directory) {
  NoRandomness broken;
  EXPECT_EQ(DataDir::open(path, broken).error(), DataDirError::kFailed);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DataDirs, every_refusal_has_a_sentence_of_its_own) {
  std::set<std::string_view> sentences;
  for (int error = 0; error <= static_cast<int>(DataDirError::kFailed); ++error) {
    sentences.insert(describe(static_cast<DataDirError>(error)));
  }
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(DataDirError::kFailed) + 1);
}

}  // namespace
}  // namespace zerofc::server::test
