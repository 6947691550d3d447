// Everything.
#pragma once

#include "themis/bytes.hpp"
#include "themis/hash.hpp"
#include "themis/keys.hpp"
#include "themis/process.hpp"
#include "themis/random.hpp"
#include "themis/result.hpp"
#include "themis/secret.hpp"
#include "themis/secure_cell.hpp"
#include "themis/secure_message.hpp"
#include "themis/secure_session.hpp"
