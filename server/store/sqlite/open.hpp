// Opening the file of a store, or making one.
#pragma once

#include <filesystem>

#include "server/store/sqlite/database.hpp"
#include "server/store/sqlite_store.hpp"

namespace zerofc::server::sqlite {

// A connection to a database that is ours and of this version; made if there is no file.
Result<Database, OpenStoreError> open_or_make(const std::filesystem::path& file, const char* vfs);

// One more connection to a database that open_or_make() returned. Throws Failure.
Database open_again(const std::filesystem::path& file, const char* vfs);

}  // namespace zerofc::server::sqlite
