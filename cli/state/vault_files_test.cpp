// The vault's folder: all of a write or nothing of it, whatever happens in between.
#include "cli/state/vault_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <string>

#include "native/files/tests/full_disk.hpp"
#include "native/files/tests/temp_dir.hpp"

namespace zerofc::cli {
namespace {

namespace fs = std::filesystem;
using member::VaultValue;
using Values = std::map<std::string, std::string>;

Bytes bytes(std::string_view text) { return to_bytes(bytes_of(text)); }
VaultValue value(std::string_view name, std::string_view content) {
  return {bytes(name), bytes(content)};
}

class VaultFilesTest : public ::testing::Test {
 protected:
  [[nodiscard]] Values stored() const {
    VaultFiles files(folder);
    const auto read = files.read();
    if (!read) throw std::runtime_error("unreadable: " + read.error().message());
    Values values;
    for (const VaultValue& one : *read) {
      values[std::string(text_of(one.name))] = text_of(one.value);
    }
    return values;
  }
  [[nodiscard]] bool is_readable() const { return VaultFiles(folder).read().has_value(); }
  void write(const std::vector<VaultValue>& put, const std::vector<Bytes>& erase = {}) const {
    ASSERT_FALSE(VaultFiles(folder).write(put, erase));
  }

  TempDir around;
  fs::path folder = around.path() / "vault";
};

TEST_F(VaultFilesTest, what_was_written_is_read_and_what_was_erased_is_gone) {
  EXPECT_EQ(stored(), Values{});
  EXPECT_FALSE(fs::exists(folder));  // reading makes nothing
  write({value("a", "one"), value("b", ""), value("c", std::string(100'000, 'x'))});
  EXPECT_EQ(stored(), (Values{{"a", "one"}, {"b", ""}, {"c", std::string(100'000, 'x')}}));
  write({value("a", "two")}, {bytes("c"), bytes("was never there")});
  EXPECT_EQ(stored(), (Values{{"a", "two"}, {"b", ""}}));
}

TEST_F(VaultFilesTest, folder_and_files_are_the_owners_alone) {
  ::umask(0);
  write({value("a", "one")});
  ::umask(0022);
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder / "61").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

// What is in the place of the file that a value is written to first stops a write after its
// journal is durable, as if the process died there.
class Interrupted : public VaultFilesTest {
 protected:
  void SetUp() override {
    write({value("a", "old a"), value("b", "old b"), value("gone", "old")});
    fs::create_directories(obstacle / "in the way");
    const auto failed = VaultFiles(folder).write(
        std::vector{value("0", "new 0"), value("a", "new a")}, std::vector<Bytes>{bytes("gone")});
    ASSERT_TRUE(failed);
    fs::remove_all(obstacle);
    ASSERT_TRUE(fs::exists(journal));
  }
  const Values after{{"0", "new 0"}, {"a", "new a"}, {"b", "old b"}};
  fs::path obstacle = folder / "61.new";
  fs::path journal = folder / "journal";
};

TEST_F(Interrupted, after_its_journal_is_durable_a_write_is_finished_by_the_next_read) {
  EXPECT_EQ(content_of(folder / "61"), "old a");  // half of it is done
  EXPECT_EQ(content_of(folder / "30"), "new 0");
  EXPECT_EQ(stored(), after);
  EXPECT_FALSE(fs::exists(journal));
  EXPECT_EQ(stored(), after);
}

TEST_F(Interrupted, after_its_journal_is_durable_a_write_comes_before_the_next_write) {
  write({value("a", "newest a")});
  EXPECT_EQ(stored(), (Values{{"0", "new 0"}, {"a", "newest a"}, {"b", "old b"}}));
}

TEST_F(Interrupted, applying_it_twice_is_applying_it_once) {
  const std::string last = content_of(journal);
  EXPECT_EQ(stored(), after);
  write_file(journal, last);
  EXPECT_EQ(stored(), after);
}

TEST_F(Interrupted, a_journal_that_is_not_whole_is_refused_and_left_with_all_the_rest) {
  const std::string whole = content_of(journal);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write_file(journal, whole.substr(0, size));
    const auto before = snapshot(folder);
    EXPECT_FALSE(is_readable());
    EXPECT_TRUE(VaultFiles(folder).write(std::vector{value("a", "x")}, {}));
    EXPECT_EQ(snapshot(folder), before);
  }
}

TEST_F(Interrupted, wiping_takes_the_journal_first_since_it_may_hold_the_key) {
  EXPECT_FALSE(VaultFiles(folder).wipe(bytes("a")));
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(VaultFilesTest, before_its_journal_is_durable_a_write_is_nothing) {
  write({value("a", "old a")});
  write_file(folder / "journal.new", "half of a journ");
  write_file(folder / "61.new", "half of a val");
  EXPECT_EQ(stored(), (Values{{"a", "old a"}}));
  write({value("a", "new a")});
  EXPECT_EQ(stored(), (Values{{"a", "new a"}}));
  EXPECT_FALSE(fs::exists(folder / "61.new"));
}

TEST_F(VaultFilesTest, a_full_disk_changes_nothing) {
  write({value("a", "old a")});
  {
    const FullDisk full(16);
    EXPECT_TRUE(VaultFiles(folder).write(std::vector{value("a", "new a")}, {}));
  }
  EXPECT_EQ(stored(), (Values{{"a", "old a"}}));
}

TEST_F(VaultFilesTest, a_file_that_is_none_of_ours_makes_the_vault_unreadable) {
  for (const std::string& name :
       {std::string("notes.txt"), std::string("6"), std::string("61AB"), std::string(34, '6')}) {
    write({value("a", "one")});
    write_file(folder / name, "x");
    EXPECT_FALSE(is_readable()) << name;
    fs::remove(folder / name);
    EXPECT_TRUE(is_readable());
  }
  fs::create_symlink(around.path() / "elsewhere", folder / "62");
  EXPECT_FALSE(is_readable());
}

TEST_F(VaultFilesTest, wiping_erases_everything_and_is_no_error_where_nothing_is) {
  EXPECT_FALSE(VaultFiles(folder).wipe(bytes("a")));
  write({value("a", "the key"), value("b", "a record")});
  EXPECT_FALSE(VaultFiles(folder).wipe(bytes("a")));
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_EQ(stored(), Values{});
}

}  // namespace
}  // namespace zerofc::cli
