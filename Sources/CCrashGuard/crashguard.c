#define _GNU_SOURCE
#include "crashguard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char guard_folder[1024];

static _Thread_local char watched_name[256];
static _Thread_local const uint8_t *volatile watched_data;
static _Thread_local volatile size_t watched_size;
static _Thread_local volatile sig_atomic_t is_watching;

/* What follows runs in a signal handler: only write, open, close, _exit and plain memory. */

static void say(const char *text) {
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t count = write(2, text, size);
        if (count <= 0) return;
        text += count;
        size -= (size_t)count;
    }
}

static uint64_t hash(const uint8_t *data, size_t size) {
    uint64_t value = 0xCBF29CE484222325u;
    for (size_t index = 0; index < size; index++) value = (value ^ data[index]) * 0x100000001B3u;
    return value;
}

static void append(char *text, size_t room, const char *more) {
    size_t used = strlen(text);
    for (; *more != 0 && used + 1 < room; more++) text[used++] = *more;
    text[used] = 0;
}

static void make_path(char *path, size_t room, const uint8_t *data, size_t size) {
    char digits[17] = {0};
    uint64_t value = hash(data, size);
    for (int index = 0; index < 16; index++) digits[index] = "0123456789abcdef"[value >> (60 - 4 * index) & 15];
    path[0] = 0;
    append(path, room, guard_folder);
    append(path, room, "/crash-");
    append(path, room, digits);
    append(path, room, ".bin");
}

static int save(const char *path, const uint8_t *data, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return 0;
    while (size > 0) {
        ssize_t count = write(file, data, size);
        if (count <= 0) break;
        data += count;
        size -= (size_t)count;
    }
    close(file);
    return size == 0;
}

static void die(int number) {
    if (!is_watching) {
        /* Not ours: the default action follows when the instruction runs again. */
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    is_watching = 0;
    char path[1200];
    make_path(path, sizeof path, watched_data, watched_size);
    say("\nzyparse: a parser crashed on ");
    say(watched_name);
    if (save(path, watched_data, watched_size)) {
        say("\nzyparse: the input is saved as ");
        say(path);
    } else {
        say("\nzyparse: the input cannot be saved as ");
        say(path);
    }
    say("\n");
    _exit(3);
}

void zy_crash_guard_install(const char *folder) {
    guard_folder[0] = 0;
    append(guard_folder, sizeof guard_folder, folder);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = die;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    const int numbers[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) sigaction(numbers[index], &action, NULL);
}

/* A stack that overflowed has no room for a handler: each thread that watches has another one. */
static void give_stack(void) {
    static _Thread_local int is_given;
    if (is_given) return;
    is_given = 1;
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_size = 1 << 16;
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp != NULL) sigaltstack(&stack, NULL);
}

void zy_crash_guard_enter(const char *name, const uint8_t *data, size_t size) {
    give_stack();
    watched_name[0] = 0;
    append(watched_name, sizeof watched_name, name);
    watched_data = data;
    watched_size = size;
    is_watching = 1;
}

void zy_crash_guard_leave(void) { is_watching = 0; }
