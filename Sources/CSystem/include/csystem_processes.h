/* Processes and what they hand to each other: descriptors over local sockets, signals as something to wait for, programs that
 * are started. Types of sockets stay out of this header. */
#ifndef ZYPHOS_CSYSTEM_PROCESSES_H
#define ZYPHOS_CSYSTEM_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

/* The most descriptors of one message: the kernel's SCM_MAX_FD is 253. */
enum { zy_descriptors_max = 64 };

/* Two connected local sockets that keep the bounds of messages (SOCK_SEQPACKET), closed by exec. 0, or -errno. */
int zy_socket_pair(int descriptors[2]);

/* A local socket of that kind that listens at a path, made with mode 0600, or one that is connected to what listens there.
   A descriptor, or -errno. */
int zy_local_listen(const char *path);
int zy_local_connect(const char *path);

/* Accepts without waiting. A descriptor that waits, or -errno. */
int zy_local_accept(int socket);

/* The user at the other end of a connected local socket, or -1. */
int64_t zy_peer_user(int socket);

/* Makes calls on a socket end after so many milliseconds. 0, or -errno. */
int zy_set_patience(int socket, int milliseconds);

/* Sends one message with up to zy_descriptors_max descriptors. Bytes sent, or -errno. */
long zy_send_message(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

/* Receives one message. Up to zy_descriptors_max descriptors that came with it are written to `descriptors`, closed by exec,
   and counted; what came beyond is closed. Bytes received, 0 at the end, or -errno; a message that was cut is -EMSGSIZE. */
long zy_receive_message(int socket, void *bytes, size_t room, int *descriptors, size_t *descriptor_count);

/* A descriptor that becomes readable when SIGTERM, SIGINT, SIGHUP or SIGCHLD comes; they are blocked in the calling thread
   and in those it makes. -errno where there is none. */
int zy_signal_descriptor(void);

/* The next signal's number, or 0. */
int zy_next_signal(int descriptor);

/* Starts the program at `path` in a process group of its own, with no signal blocked and every disposition the default.
   It gets `kept` beside its standard streams and nothing else that is closed by exec. A process, or -errno. */
int zy_spawn(const char *path, char *const arguments[], int kept);

/* Whether a child has ended: its number, with `code` its exit code or -1 and `signal` its signal or 0. 0 where none has, or
   -errno. */
int zy_reap(int process, int *code, int *signal);

#endif
