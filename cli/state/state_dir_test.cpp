// The state directory: one process at a time, nobody else's, and never a stranger's folder.
#include "cli/state/state_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "native/files/tests/temp_dir.hpp"

namespace zerofc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOrigin = "https://chat.example";

class StateDirTest : public ::testing::Test {
 protected:
  // Refused so, and left as it was.
  void expect_refusal(StateDirError why) const {
    const auto before = snapshot(around.path());
    const auto opened = StateDir::open(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), why) << describe(opened.error());
    if (why != StateDirError::kAbsent) {
      const auto made = StateDir::open_or_make(path, kOrigin);
      ASSERT_FALSE(made);
      EXPECT_EQ(made.error(), why);
    }
    EXPECT_EQ(snapshot(around.path()), before);
  }
  void make() const { ASSERT_TRUE(StateDir::open_or_make(path, kOrigin)); }

  TempDir around;
  fs::path path = around.path() / "deep" / "state";
  fs::path marker = path / "0fc-state";
};

TEST_F(StateDirTest, is_made_once_for_its_owner_alone_and_keeps_its_server) {
  expect_refusal(StateDirError::kAbsent);
  ::umask(0);
  make();
  ::umask(0022);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(marker).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(StateDir::open(path)->origin(), kOrigin);
  EXPECT_EQ(StateDir::open_or_make(path.string() + "/", "https://other.example")->origin(),
            kOrigin);
}

TEST_F(StateDirTest, an_empty_directory_is_taken_and_closed_to_others) {
  fs::create_directories(path);
  make();
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
}

TEST_F(StateDirTest, one_0fc_at_a_time) {
  const auto first = StateDir::open_or_make(path, kOrigin);
  ASSERT_TRUE(first);
  expect_refusal(StateDirError::kInUse);
}

TEST_F(StateDirTest, somebody_elses_folder_or_file_is_not_touched) {
  fs::create_directories(path);
  write_file(path / "notes.txt", "mine");
  expect_refusal(StateDirError::kForeign);
  fs::remove_all(path);
  write_file(path, "a file");
  expect_refusal(StateDirError::kForeign);
}

TEST_F(StateDirTest, one_of_a_newer_version_is_not_touched) {
  make();
  write_file(marker, "0fc state directory, version 2\nserver and more\n");
  expect_refusal(StateDirError::kNewer);
}

TEST_F(StateDirTest, a_damaged_marker_is_not_repaired) {
  make();
  const std::string whole = content_of(marker);
  for (const std::string& text :
       {std::string("0fc state directory, version 1\n"), whole.substr(0, whole.size() - 1),
        whole + "more\n", std::string("0fc state directory, version 1\nserver \n"),
        std::string("0fc state directory, version \n")}) {
    write_file(marker, text);
    expect_refusal(StateDirError::kDamaged);
  }
  write_file(marker, "");
  expect_refusal(StateDirError::kForeign);
}

TEST_F(StateDirTest, one_that_others_may_enter_is_refused) {
  make();
  ::chmod(path.c_str(), 0750);
  expect_refusal(StateDirError::kExposed);
}

TEST_F(StateDirTest, is_removed_with_what_is_its_own_and_nothing_else) {
  {
    auto state = StateDir::open_or_make(path, kOrigin);
    write_file(path / "notes.txt", "mine");
    EXPECT_TRUE(state->remove());
  }
  EXPECT_EQ(snapshot(path).size(), 1U);
  fs::remove(path / "notes.txt");
  EXPECT_TRUE(StateDir::open_or_make(path, kOrigin)->remove());
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace zerofc::cli
