/* OpenSSL's digests, ciphers and key derivation (libssl-dev). SHA256_CTX is on OpenSSL's list of old interfaces; it is
   the only one whose states can be copied without allocating, which key derivation needs for each new connection. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>
