/* Says which input a thread was parsing when the process died, and saves it. */
#ifndef ZYPHOS_CRASHGUARD_H
#define ZYPHOS_CRASHGUARD_H

#include <stddef.h>
#include <stdint.h>

/* From now on a fatal signal on a thread that watches an input ends the process with 3, a word on standard error and the
 * input in `folder`. `folder` is cut at 1023 bytes. Other threads' fatal signals are left as they were. */
void zy_crash_guard_install(const char *folder);

/* The calling thread parses `size` bytes at `data`, which stay where they are until `zy_crash_guard_leave`. `name` is
 * copied, up to 255 bytes. */
void zy_crash_guard_enter(const char *name, const uint8_t *data, size_t size);

/* The calling thread parses nothing any more. */
void zy_crash_guard_leave(void);

#endif
