/* OpenSSL's digests, ciphers and key derivation (libssl-dev). */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
