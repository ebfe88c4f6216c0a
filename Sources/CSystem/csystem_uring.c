#define _GNU_SOURCE
#include "csystem_uring.h"

#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* linux/io_uring.h of Linux 6.2, which liburing 2.3 does not yet have. */
#ifndef IORING_SEND_ZC_REPORT_USAGE
#define IORING_SEND_ZC_REPORT_USAGE (1U << 3)
#endif

_Static_assert(zy_uring_has_buffer == IORING_CQE_F_BUFFER && zy_uring_has_more == IORING_CQE_F_MORE &&
                   zy_uring_notification == IORING_CQE_F_NOTIF,
               "the flags are the kernel's");
_Static_assert(IORING_CQE_BUFFER_SHIFT == 16, "where a buffer's number is");

struct zy_uring {
    struct io_uring ring;
    struct io_uring_buf_ring *buffers;
    unsigned char *memory;
    size_t buffers_bytes, memory_bytes;
    uint32_t buffer_count, buffer_bytes;
    uint32_t features;
    struct __kernel_timespec send_limit;
};

enum { group = 1, trial_buffers = 8, trial_bytes = 64 };

/* MARK: Making */

static void *pages(size_t bytes) {
    void *made = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return made == MAP_FAILED ? NULL : made;
}

/* Maps and registers a ring of provided buffers; `made` is zeroed but for its ring. 0 or -errno. */
static int provide(struct zy_uring *made, uint32_t count, uint32_t bytes) {
    made->buffers_bytes = count * sizeof(struct io_uring_buf);
    made->memory_bytes = (size_t)count * bytes;
    made->buffer_count = count;
    made->buffer_bytes = bytes;
    made->buffers = pages(made->buffers_bytes);
    made->memory = pages(made->memory_bytes);
    if (!made->buffers || !made->memory) return -ENOMEM;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)made->buffers, .ring_entries = count, .bgid = group};
    int result = io_uring_register_buf_ring(&made->ring, &registration, 0);
    if (result < 0) return result;
    io_uring_buf_ring_init(made->buffers);
    for (uint32_t number = 0; number < count; number++) {
        io_uring_buf_ring_add(made->buffers, made->memory + (size_t)number * bytes, bytes, (unsigned short)number,
                              io_uring_buf_ring_mask(count), (int)number);
    }
    io_uring_buf_ring_advance(made->buffers, (int)count);
    return 0;
}

static void unmap(struct zy_uring *made) {
    if (made->buffers) munmap(made->buffers, made->buffers_bytes);
    if (made->memory) munmap(made->memory, made->memory_bytes);
    made->buffers = NULL;
    made->memory = NULL;
}

/* MARK: Trials */

/* The first completion of what was queued on a trial's ring: whether it went well and goes on. */
static int goes_on(struct io_uring *ring) {
    struct io_uring_cqe *completion;
    struct __kernel_timespec limit = {.tv_sec = 1};
    if (io_uring_submit_and_wait_timeout(ring, &completion, 1, &limit, NULL) < 0) return 0;
    if (io_uring_peek_cqe(ring, &completion) != 0) return 0;
    return completion->res >= 0 ? completion->res + 1 : 0;
}

static int has_more(struct io_uring *ring) {
    struct io_uring_cqe *completion;
    int has = io_uring_peek_cqe(ring, &completion) == 0 && (completion->flags & IORING_CQE_F_MORE) != 0;
    return has;
}

static int receives_many(struct zy_uring *trial) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return 0;
    struct io_uring_sqe *entry = io_uring_get_sqe(&trial->ring);
    io_uring_prep_recv_multishot(entry, ends[0], NULL, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = group;
    int works = write(ends[1], "a", 1) == 1 && goes_on(&trial->ring) && has_more(&trial->ring);
    close(ends[0]);
    close(ends[1]);
    return works;
}

static int accepts_many(struct io_uring *ring) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t length = sizeof address;
    int works = 0;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* Binding to a family alone lets the kernel choose a name (unix(7), autobind). */
    if (listener >= 0 && client >= 0 && bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0 &&
        listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr *)&address, &length) == 0 &&
        connect(client, (struct sockaddr *)&address, length) == 0) {
        struct io_uring_sqe *entry = io_uring_get_sqe(ring);
        io_uring_prep_multishot_accept(entry, listener, NULL, NULL, SOCK_CLOEXEC);
        int accepted = goes_on(ring);
        works = accepted && has_more(ring);
        if (accepted) close(accepted - 1);
    }
    if (listener >= 0) close(listener);
    if (client >= 0) close(client);
    return works;
}

static int knows(struct io_uring *ring, int operation) {
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    if (!probe) return 0;
    int known = io_uring_opcode_supported(probe, operation);
    io_uring_free_probe(probe);
    return known;
}

/* Tries each feature on a small ring of its own, so that nothing of a trial is left behind. */
static uint32_t try_features(uint32_t wanted) {
    uint32_t found = 0;
    struct zy_uring trial = {0};
    if ((wanted & zy_uring_multishot_receive) && io_uring_queue_init(8, &trial.ring, 0) == 0) {
        if (provide(&trial, trial_buffers, trial_bytes) == 0 && receives_many(&trial)) {
            found |= zy_uring_multishot_receive;
        }
        io_uring_queue_exit(&trial.ring);
        unmap(&trial);
    }
    if (io_uring_queue_init(8, &trial.ring, 0) != 0) return found;
    if ((wanted & zy_uring_zero_copy_send) && knows(&trial.ring, IORING_OP_SEND_ZC)) found |= zy_uring_zero_copy_send;
    if ((wanted & zy_uring_multishot_accept) && accepts_many(&trial.ring)) found |= zy_uring_multishot_accept;
    io_uring_queue_exit(&trial.ring);
    return found;
}

/* MARK: A ring */

/* With the best way to run the kernel's side of completions that there is. */
static int make_ring(struct zy_uring *made, const zy_uring_plan *plan) {
    const struct {
        uint32_t feature, flags;
    } ways[] = {
        {zy_uring_deferred_work,
         IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_R_DISABLED},
        {zy_uring_cooperative_work, IORING_SETUP_COOP_TASKRUN | IORING_SETUP_R_DISABLED},
        {0, IORING_SETUP_R_DISABLED},
    };
    int result = -EINVAL;
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        if (ways[way].feature && !(plan->features & ways[way].feature)) continue;
        struct io_uring_params parameters = {
            .flags = ways[way].flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .cq_entries = plan->completions};
        result = io_uring_queue_init_params(plan->submissions, &made->ring, &parameters);
        if (result == 0) made->features |= ways[way].feature;
        /* EINVAL: a flag that this kernel does not know. */
        if (result != -EINVAL) return result;
    }
    return result;
}

int zy_uring_make(const zy_uring_plan *plan, zy_uring **ring, const char **refused) {
    *refused = "io_uring_setup";
    struct zy_uring *made = calloc(1, sizeof *made);
    if (!made) return -ENOMEM;
    int result = make_ring(made, plan);
    if (result < 0) {
        free(made);
        return result;
    }
    made->send_limit.tv_sec = plan->send_milliseconds_max / 1000;
    made->send_limit.tv_nsec = (long long)(plan->send_milliseconds_max % 1000) * 1000000;
    made->features |= try_features(plan->features);
    if (made->features & zy_uring_multishot_receive) {
        *refused = "io_uring_register(PBUF_RING)";
        result = provide(made, plan->buffers, plan->buffer_bytes);
        if (result < 0) {
            zy_uring_free(made);
            return result;
        }
    }
    made->features |= plan->features & (zy_uring_registered_files | zy_uring_registered_ring);
    *ring = made;
    return 0;
}

void zy_uring_free(zy_uring *ring) {
    io_uring_queue_exit(&ring->ring);
    unmap(ring);
    free(ring);
}

uint32_t zy_uring_features(const zy_uring *ring) { return ring->features; }

int zy_uring_register(zy_uring *ring, const int *descriptors, uint32_t count) {
    if (!(ring->features & zy_uring_registered_files)) return 0;
    int result = io_uring_register_files(&ring->ring, descriptors, count);
    if (result < 0) ring->features &= ~(uint32_t)zy_uring_registered_files;
    return result;
}

int zy_uring_enable(zy_uring *ring) {
    /* Not io_uring_enable_rings: the shared library of liburing 2.3 does not export it. */
    if (syscall(SYS_io_uring_register, ring->ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) != 0) return -errno;
    /* The ring's own descriptor: looked up once and not at each call. */
    if ((ring->features & zy_uring_registered_ring) && io_uring_register_ring_fd(&ring->ring) != 1) {
        ring->features &= ~(uint32_t)zy_uring_registered_ring;
    }
    return 0;
}

/* MARK: Completions */

int zy_uring_wait(zy_uring *ring, int64_t milliseconds) {
    struct io_uring_cqe *completion;
    struct __kernel_timespec limit = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    int result =
        io_uring_submit_and_wait_timeout(&ring->ring, &completion, 1, milliseconds < 0 ? NULL : &limit, NULL);
    return result < 0 ? result : 0;
}

uint32_t zy_uring_take(zy_uring *ring, zy_uring_completion *completions, uint32_t room) {
    struct io_uring_cqe *completion;
    unsigned head;
    uint32_t count = 0;
    io_uring_for_each_cqe(&ring->ring, head, completion) {
        if (count == room) break;
        completions[count++] =
            (zy_uring_completion){.data = completion->user_data, .result = completion->res, .flags = completion->flags};
    }
    io_uring_cq_advance(&ring->ring, count);
    return count;
}

void *zy_uring_buffer(const zy_uring *ring, uint32_t number) {
    return number < ring->buffer_count ? ring->memory + (size_t)number * ring->buffer_bytes : NULL;
}

void zy_uring_give(zy_uring *ring, uint32_t number) {
    if (number >= ring->buffer_count) return;
    io_uring_buf_ring_add(ring->buffers, ring->memory + (size_t)number * ring->buffer_bytes, ring->buffer_bytes,
                          (unsigned short)number, io_uring_buf_ring_mask(ring->buffer_count), 0);
    io_uring_buf_ring_advance(ring->buffers, 1);
}

/* MARK: Operations */

/* Room for `count` entries that are submitted together: a chain must not be cut by a submission. */
static int has_room(zy_uring *ring, unsigned count) {
    if (io_uring_sq_space_left(&ring->ring) >= count) return 1;
    io_uring_submit(&ring->ring);
    return io_uring_sq_space_left(&ring->ring) >= count;
}

/* The next entry, where `has_room` said so, with its descriptor's kind and its data. */
static void finish(struct io_uring_sqe *entry, int descriptor, uint8_t flags, uint64_t data) {
    entry->flags |= flags;
    if (descriptor < 0) {
        entry->fd = -1 - descriptor;
        entry->flags |= IOSQE_FIXED_FILE;
    }
    io_uring_sqe_set_data64(entry, data);
}

int zy_uring_accept_many(zy_uring *ring, int socket, uint64_t data) {
    if (!has_room(ring, 1)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_multishot_accept(entry, socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    finish(entry, socket, 0, data);
    return 0;
}

int zy_uring_receive_many(zy_uring *ring, int socket, uint64_t data) {
    if (!has_room(ring, 1)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_recv_multishot(entry, socket, NULL, 0, 0);
    entry->buf_group = group;
    finish(entry, socket, IOSQE_BUFFER_SELECT, data);
    return 0;
}

int zy_uring_poll(zy_uring *ring, int descriptor, int is_many, uint32_t events, uint64_t data) {
    if (!has_room(ring, 1)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    if (is_many) {
        io_uring_prep_poll_multishot(entry, descriptor, events);
    } else {
        io_uring_prep_poll_add(entry, descriptor, events);
    }
    finish(entry, descriptor, 0, data);
    return 0;
}

int zy_uring_send(zy_uring *ring, int socket, const void *bytes, uint32_t count, int flags, uint64_t data) {
    if (!has_room(ring, 1)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_send(entry, socket, bytes, count, flags);
    finish(entry, socket, 0, data);
    return 0;
}

int zy_uring_cancel(zy_uring *ring, uint64_t target, uint64_t data) {
    if (!has_room(ring, 1)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_cancel64(entry, target, 0);
    io_uring_sqe_set_data64(entry, data);
    return 0;
}

static void limit_send(zy_uring *ring, uint64_t timer) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_link_timeout(entry, &ring->send_limit, 0);
    io_uring_sqe_set_data64(entry, timer);
}

int zy_uring_send_large(zy_uring *ring, int socket, const void *bytes, uint32_t count, int flags, int is_zero_copy,
                        uint64_t data, uint64_t timer) {
    if (!has_room(ring, 2)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    if (is_zero_copy) {
        io_uring_prep_send_zc(entry, socket, bytes, count, flags, IORING_SEND_ZC_REPORT_USAGE);
    } else {
        io_uring_prep_send(entry, socket, bytes, count, flags);
    }
    finish(entry, socket, IOSQE_IO_LINK, data);
    limit_send(ring, timer);
    return 0;
}

int zy_uring_read_send(zy_uring *ring, int file, uint64_t offset, void *bytes, uint32_t count, int socket, int flags,
                       uint64_t read_data, uint64_t data, uint64_t timer) {
    if (!has_room(ring, 3)) return -EBUSY;
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_read(entry, file, bytes, count, offset);
    finish(entry, file, IOSQE_IO_LINK, read_data);
    entry = io_uring_get_sqe(&ring->ring);
    io_uring_prep_send(entry, socket, bytes, count, flags);
    finish(entry, socket, IOSQE_IO_LINK, data);
    limit_send(ring, timer);
    return 0;
}
