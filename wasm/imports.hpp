// What the module asks of the page's worker: web/src/worker/core.ts has the other side.
//
// Sizes are in bytes. Pointers lead into this module's memory and hold for the call only; the host
// calls nothing of this module before it returns.
#pragma once

#include <cstddef>
#include <cstdint>

#define ZEROFC_IMPORT(name) __attribute__((import_module("zerofc"), import_name(name)))

extern "C" {

// ---- crypto: Themis. Those that return a number write at most `capacity` bytes to `out` and
// return how many, or nothing and -1 (refused), -2 (too expensive) or -3 (failed), as CryptoError
// means it.

ZEROFC_IMPORT("crypto_sha256")
void zerofc_sha256(const std::uint8_t* data, std::size_t size, std::uint8_t* out32);
ZEROFC_IMPORT("crypto_random")
bool zerofc_random(std::uint8_t* out, std::size_t size);
ZEROFC_IMPORT("crypto_make_keys")
bool zerofc_make_keys(std::uint8_t* private_key, std::uint8_t* public_key);
ZEROFC_IMPORT("crypto_seal")
std::int32_t zerofc_seal(const std::uint8_t* key, const std::uint8_t* context,
                         std::size_t context_size, const std::uint8_t* plaintext,
                         std::size_t plaintext_size, std::uint8_t* out, std::size_t capacity);
ZEROFC_IMPORT("crypto_open")
std::int32_t zerofc_open(const std::uint8_t* key, const std::uint8_t* context,
                         std::size_t context_size, const std::uint8_t* cell, std::size_t cell_size,
                         std::uint8_t* out, std::size_t capacity);
ZEROFC_IMPORT("crypto_seal_with_passphrase")
std::int32_t zerofc_seal_with_passphrase(const std::uint8_t* passphrase,
                                         std::size_t passphrase_size, const std::uint8_t* context,
                                         std::size_t context_size, const std::uint8_t* plaintext,
                                         std::size_t plaintext_size, std::uint8_t* out,
                                         std::size_t capacity);
ZEROFC_IMPORT("crypto_open_with_passphrase")
std::int32_t zerofc_open_with_passphrase(const std::uint8_t* passphrase,
                                         std::size_t passphrase_size, const std::uint8_t* context,
                                         std::size_t context_size, const std::uint8_t* cell,
                                         std::size_t cell_size, std::uint8_t* out,
                                         std::size_t capacity);
ZEROFC_IMPORT("crypto_sign")
std::int32_t zerofc_sign(const std::uint8_t* private_key, const std::uint8_t* message,
                         std::size_t message_size, std::uint8_t* out, std::size_t capacity);
// Writes nothing; 0 if authentic.
ZEROFC_IMPORT("crypto_verify")
std::int32_t zerofc_verify(const std::uint8_t* public_key, const std::uint8_t* signed_message,
                           std::size_t signed_size);
ZEROFC_IMPORT("crypto_encrypt")
std::int32_t zerofc_encrypt(const std::uint8_t* own_private, const std::uint8_t* peer_public,
                            const std::uint8_t* message, std::size_t message_size,
                            std::uint8_t* out, std::size_t capacity);
ZEROFC_IMPORT("crypto_decrypt")
std::int32_t zerofc_decrypt(const std::uint8_t* own_private, const std::uint8_t* peer_public,
                            const std::uint8_t* encrypted, std::size_t encrypted_size,
                            std::uint8_t* out, std::size_t capacity);

// ---- host: the actions of core/member/host.hpp

ZEROFC_IMPORT("host_read_vault") void zerofc_read_vault();
// Gathers what the next write_vault() stores and erases, all of it or nothing.
ZEROFC_IMPORT("host_vault_put")
void zerofc_vault_put(const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                      std::size_t value_size);
ZEROFC_IMPORT("host_vault_erase")
void zerofc_vault_erase(const std::uint8_t* name, std::size_t name_size);
ZEROFC_IMPORT("host_write_vault") void zerofc_write_vault(double write);
ZEROFC_IMPORT("host_wipe_vault")
void zerofc_wipe_vault(const std::uint8_t* first, std::size_t first_size);
ZEROFC_IMPORT("host_fetch_server_key")
void zerofc_fetch_server_key(std::uint32_t connection);
// Three key containers of 45 bytes.
ZEROFC_IMPORT("host_open_session")
void zerofc_open_session(std::uint32_t connection, const std::uint8_t* private_key,
                         const std::uint8_t* public_key, const std::uint8_t* server_key);
ZEROFC_IMPORT("host_send_frame")
void zerofc_send_frame(std::uint32_t connection, const std::uint8_t* plaintext, std::size_t size);
ZEROFC_IMPORT("host_disconnect") void zerofc_disconnect(std::uint32_t connection);
ZEROFC_IMPORT("host_show_patch")
void zerofc_show_patch(const std::uint8_t* patch, std::size_t size);
// When tick() is due, in milliseconds on the steady clock; negative: not at all.
ZEROFC_IMPORT("host_deadline") void zerofc_deadline(double steady_ms);
}
