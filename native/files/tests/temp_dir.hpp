// A folder of a test's own, and what it held at a moment.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace zerofc {

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  if (!out.flush()) throw std::runtime_error("can't write " + file.string());
}

// Removed with all that is in it when the test ends.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "zerofc-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Every name below a folder with its type, mode and content.
inline std::map<std::string, std::string> snapshot(const std::filesystem::path& folder) {
  std::map<std::string, std::string> names;
  for (const auto& found : std::filesystem::recursive_directory_iterator(folder)) {
    const auto status = found.symlink_status();
    std::string content = std::to_string(static_cast<int>(status.type())) + " " +
                          std::to_string(static_cast<int>(status.permissions())) + " ";
    if (found.is_regular_file()) content += content_of(found.path());
    names.emplace(found.path().string(), std::move(content));
  }
  return names;
}

}  // namespace zerofc
