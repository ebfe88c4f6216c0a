/* epoll and what goes with it, which the Swift module of the C library does not show. */
#ifndef ZYPHOS_CSYSTEM_EPOLL_H
#define ZYPHOS_CSYSTEM_EPOLL_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static inline int zy_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int zy_epoll_change(int epoll, int operation, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

static inline uint64_t zy_epoll_data(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t zy_epoll_events(const struct epoll_event *event) { return event->events; }

static inline int zy_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

enum {
    zy_epoll_add = EPOLL_CTL_ADD,
    zy_epoll_modify = EPOLL_CTL_MOD,
    zy_epoll_delete = EPOLL_CTL_DEL,
    zy_epoll_in = EPOLLIN,
    zy_epoll_out = EPOLLOUT,
    zy_epoll_rdhup = EPOLLRDHUP,
    zy_epoll_err = EPOLLERR,
    zy_epoll_hup = EPOLLHUP
};
static const uint32_t zy_epoll_edge = 1u << 31;
static const uint32_t zy_epoll_exclusive = 1u << 28;

#endif
