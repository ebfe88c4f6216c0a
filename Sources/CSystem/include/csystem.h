/* System calls and constants that Swift's module of the C library lacks, as thin calls. Each header has those of one room;
 * nothing here decides anything. System headers stay out where their types are Swift's already: a type belongs to one module. */
#ifndef ZYPHOS_CSYSTEM_H
#define ZYPHOS_CSYSTEM_H

#include "csystem_epoll.h"
#include "csystem_files.h"
#include "csystem_processes.h"
#include "csystem_sockets.h"
#include "csystem_threads.h"
#include "csystem_uring.h"

#endif
