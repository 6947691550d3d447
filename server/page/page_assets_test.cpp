#include "server/page/page_assets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace zerofc::server {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

TEST(PageAssets, hold_the_page_under_the_root_path) {
  const PageAsset* page = find_page_asset("/");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_FALSE(page->immutable);
  EXPECT_EQ(text_of(page->identity).substr(0, 15), "<!doctype html>");
}

TEST(PageAssets, are_ordered_by_path_and_each_is_found) {
  EXPECT_TRUE(std::ranges::is_sorted(page_assets(), std::ranges::less_equal{}, &PageAsset::path));
  for (const PageAsset& asset : page_assets()) EXPECT_EQ(find_page_asset(asset.path), &asset);
}

TEST(PageAssets, are_found_by_their_exact_path_only) {
  for (const char* path : {"", "//", "/index.html", "/.", "/assets", "/assets/", "/\x7f"}) {
    EXPECT_EQ(find_page_asset(path), nullptr) << path;
  }
}

TEST(PageAssets, with_a_hash_in_their_name_may_be_cached_for_ever_and_only_those) {
  for (const PageAsset& asset : page_assets()) {
    EXPECT_EQ(asset.immutable, asset.path.starts_with("/assets/")) << asset.path;
  }
}

TEST(PageAssets, are_offered_compressed_only_where_that_is_smaller) {
  for (const PageAsset& asset : page_assets()) {
    EXPECT_FALSE(asset.identity.empty()) << asset.path;
    EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
    EXPECT_LT(asset.brotli.size(), asset.identity.size()) << asset.path;
  }
}

TEST(PageAssets, are_together_at_most_900_KB_over_the_wire) {
  constexpr std::size_t kFirstLoadMax = 900'000;  // bytes
  std::size_t total = 0;
  for (const PageAsset& asset : page_assets()) {
    total += asset.brotli.empty() ? asset.identity.size() : asset.brotli.size();
  }
  EXPECT_LE(total, kFirstLoadMax);
}

TEST(PageAssets, have_entity_tags_of_their_own) {
  for (const PageAsset& asset : page_assets()) {
    EXPECT_EQ(asset.etag.size(), 34U) << asset.path;
    EXPECT_EQ(asset.etag.front(), '"');
    EXPECT_EQ(asset.etag.back(), '"');
    EXPECT_EQ(std::ranges::count(page_assets(), asset.etag, &PageAsset::etag), 1) << asset.path;
  }
}

}  // namespace
}  // namespace zerofc::server
