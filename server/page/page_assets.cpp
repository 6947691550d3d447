#include "server/page/page_assets.hpp"

#include <algorithm>

namespace zerofc::server {

const PageAsset* find_page_asset(std::string_view path) noexcept {
  const std::span<const PageAsset> assets = page_assets();
  const auto found = std::ranges::lower_bound(assets, path, {}, &PageAsset::path);
  return found != assets.end() && found->path == path ? &*found : nullptr;
}

}  // namespace zerofc::server
