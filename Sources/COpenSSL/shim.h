/* OpenSSL's digests, ciphers and key derivation (libssl-dev). SHA256_CTX is on OpenSSL's list of old interfaces; it is
   the only one whose states can be copied without allocating, which key derivation needs for each new connection. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>

/* Gives a GCM context for decryption the last eight bytes of its nonce and the tag to compare with, in one call; the
   first four bytes are those of EVP_CTRL_AEAD_SET_IV_FIXED. Returns 1 where it could. */
static inline int zy_gcm_set_packet(EVP_CIPHER_CTX *context, const void *invocation, const void *tag)
{
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_SET_IV_INV, (void *)invocation, 8),
        OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, (void *)tag, 16),
        OSSL_PARAM_construct_end(),
    };
    return EVP_CIPHER_CTX_set_params(context, parameters);
}
