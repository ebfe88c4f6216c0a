/* System calls and structures that the Swift module of the C library does not show, as thin wrappers. Nothing here decides
 * anything. */
#ifndef ZYPHOS_CSYSTEM_H
#define ZYPHOS_CSYSTEM_H

#include "csystem_epoll.h"
#include "csystem_sockets.h"

#endif
