/* io_uring through liburing, as thin out-of-line calls: liburing's own are inline functions over structures that Swift does
 * not import. Each call that queues an operation returns 0, or -EBUSY where the submission queue is full and the kernel
 * takes nothing; nothing is queued then. */
#ifndef ZYPHOS_CSYSTEM_URING_H
#define ZYPHOS_CSYSTEM_URING_H

#include <stdint.h>

/* A ring with its provided buffers and its registered descriptors. One thread's. */
typedef struct zy_uring zy_uring;

/* What the kernel has and a ring uses. */
enum {
    zy_uring_multishot_accept = 1 << 0,
    zy_uring_multishot_receive = 1 << 1, /* into provided buffers */
    zy_uring_zero_copy_send = 1 << 2,
    zy_uring_deferred_work = 1 << 3,    /* SINGLE_ISSUER and DEFER_TASKRUN */
    zy_uring_cooperative_work = 1 << 4, /* COOP_TASKRUN, where there is no deferred work */
    zy_uring_registered_files = 1 << 5,
    zy_uring_registered_ring = 1 << 6
};

/* An operation's end, or for a multishot one a step of it. */
typedef struct zy_uring_completion {
    uint64_t data;
    int32_t result;
    uint32_t flags;
} zy_uring_completion;

enum {
    zy_uring_has_buffer = 1 << 0,   /* the buffer's number is flags >> 16 */
    zy_uring_has_more = 1 << 1,     /* the operation goes on */
    zy_uring_notification = 1 << 3, /* of a zero-copy send: the kernel is done with the memory */
};
/* In the result of a notification: the kernel copied after all. */
static const uint32_t zy_uring_copied = 1u << 31;

/* What a ring is made of. */
typedef struct zy_uring_plan {
    uint32_t submissions; /* a power of two */
    uint32_t completions;
    uint32_t buffers; /* a power of two; at most 32,768 */
    uint32_t buffer_bytes;
    uint32_t features;             /* that may be used */
    uint32_t send_milliseconds_max; /* the linked timeout of large sends */
} zy_uring_plan;

/* Makes a ring that is not yet enabled, and finds out by trial what the kernel has. 0, or -errno with the name of the call
 * that was refused. */
int zy_uring_make(const zy_uring_plan *plan, zy_uring **ring, const char **refused);

/* Frees it. The kernel drops what is under way: no operation may still have memory of the caller. */
void zy_uring_free(zy_uring *ring);

/* Which features it uses. */
uint32_t zy_uring_features(const zy_uring *ring);

/* Registers descriptors: operations on them then name an index. 0 or -errno. */
int zy_uring_register(zy_uring *ring, const int *descriptors, uint32_t count);

/* Enables it for the calling thread, which from now on is its only one. 0 or -errno. */
int zy_uring_enable(zy_uring *ring);

/* Submits what was queued and waits for a completion: 0, or -ETIME or -EINTR or another error. */
int zy_uring_wait(zy_uring *ring, int64_t milliseconds);

/* Copies at most `room` completions, and lets the kernel use their places again. */
uint32_t zy_uring_take(zy_uring *ring, zy_uring_completion *completions, uint32_t room);

/* A provided buffer, or NULL where there is no such number; and giving it back to the kernel. */
void *zy_uring_buffer(const zy_uring *ring, uint32_t number);
void zy_uring_give(zy_uring *ring, uint32_t number);

/* Operations. A registered descriptor is named by -1 - index. */
int zy_uring_accept_many(zy_uring *ring, int socket, uint64_t data);
int zy_uring_receive_many(zy_uring *ring, int socket, uint64_t data);
int zy_uring_poll(zy_uring *ring, int descriptor, int is_many, uint32_t events, uint64_t data);
int zy_uring_send(zy_uring *ring, int socket, const void *bytes, uint32_t count, int flags, uint64_t data);
int zy_uring_cancel(zy_uring *ring, uint64_t target, uint64_t data);

/* A send with the plan's timeout linked behind it, which completes as `timer`; zero-copy or not. */
int zy_uring_send_large(zy_uring *ring, int socket, const void *bytes, uint32_t count, int flags, int is_zero_copy,
                        uint64_t data, uint64_t timer);

/* Reads a part of a file and, if all of it came, sends it, as links of one chain with the timeout as its last. */
int zy_uring_read_send(zy_uring *ring, int file, uint64_t offset, void *bytes, uint32_t count, int socket, int flags,
                       uint64_t read_data, uint64_t data, uint64_t timer);

#endif
