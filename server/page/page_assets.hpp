// The page as it was built, inside the binary: every file of build/web/ with its compressed forms.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace zerofc::server {

struct PageAsset {
  std::string_view path;          // as requested, with its leading slash; "/" is the page itself
  std::string_view content_type;  // for the Content-Type header
  std::string_view etag;          // a strong entity tag of the identity form, with its quotes
  bool immutable;                 // the path holds a hash of the content: may be cached for ever
  std::span<const std::byte> identity;
  std::span<const std::byte> gzip;    // empty where compression gains nothing
  std::span<const std::byte> brotli;  // the same
};

// All of them, ordered by path.
[[nodiscard]] std::span<const PageAsset> page_assets() noexcept;

// The asset of exactly this path, or nullptr.
[[nodiscard]] const PageAsset* find_page_asset(std::string_view path) noexcept;

}  // namespace zerofc::server
