/* Socket calls that the Swift module of the C library does not show. Types of sockets stay out of this header, so that they
 * belong to one module only. */
#ifndef ZYPHOS_CSYSTEM_SOCKETS_H
#define ZYPHOS_CSYSTEM_SOCKETS_H

#include <stdint.h>

/* accept4 with SOCK_NONBLOCK and SOCK_CLOEXEC; `address` is a sockaddr_storage. */
int zy_accept(int socket, void *address, uint32_t *length);

/* A stream socket with the same flags. */
int zy_socket(int family);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t zy_now(void);

/* Pins the calling thread to one processor; 0 or an error number. */
int zy_pin(int processor);

#endif
