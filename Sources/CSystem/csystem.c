#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>

int zy_accept(int socket, void *address, uint32_t *length) {
    socklen_t room = *length;
    int accepted = accept4(socket, address, &room, SOCK_NONBLOCK | SOCK_CLOEXEC);
    *length = room;
    return accepted;
}

int zy_socket(int family) { return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

uint64_t zy_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int zy_pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
}
