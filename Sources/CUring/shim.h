/* liburing (liburing-dev): the rings of io_uring. Used by CSystem's C code only; Swift sees csystem_uring.h. */
#include <liburing.h>
