/* LD_PRELOAD: the nth allocation that the program itself or a small library of its asks for gives
 * NULL. FAULT_MEMORY="run 17" counts in the process whose first argument is "run", and makes the
 * file FAULT_MEMORY_LOG when it strikes, which is once. What drivers, popt and the C library ask
 * for is left alone: they are not ours to repair. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

/* Where the code lies whose allocations count. */
static struct span {
    uintptr_t from, to;
} spans[8];
static int span_count;
static long wanted; /* 0: none */
static long counted;
static bool here;

static bool is_watched(const char *name)
{
    return !name[0] || strstr(name, "libjansson");
}

static int add_spans(struct dl_phdr_info *info, size_t size, void *user)
{
    (void)size;
    (void)user;
    for (int i = 0; is_watched(info->dlpi_name) && i < info->dlpi_phnum && span_count < 8; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        spans[span_count].from = info->dlpi_addr + part->p_vaddr;
        spans[span_count].to = spans[span_count].from + part->p_memsz;
        span_count++;
    }
    return 0;
}

/* The first argument of this process is `word`? */
static bool is_process(const char *word, size_t length)
{
    char line[256] = "";
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const ssize_t got = file < 0 ? 0 : read(file, line, sizeof line - 1);
    if (file >= 0) close(file);
    const char *argument = line + strlen(line) + 1;
    return got > 0 && argument < line + got && strlen(argument) == length &&
           strncmp(argument, word, length) == 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *wish = getenv("FAULT_MEMORY");
    const char *space = wish ? strchr(wish, ' ') : NULL;
    const char *log = getenv("FAULT_MEMORY_LOG");
    if (!space || !is_process(wish, (size_t)(space - wish))) return;
    if (log && access(log, F_OK) == 0) return;
    dl_iterate_phdr(add_spans, NULL);
    wanted = strtol(space, NULL, 10);
    here = true;
}

static void tell(void)
{
    const char *path = getenv("FAULT_MEMORY_LOG");
    const int file = path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (file >= 0) close(file);
}

/* What counters of coverage ask for when the program has ended is not the program's. */
static void end(void)
{
    here = false;
}

static bool strikes(const void *caller)
{
    const uintptr_t at = (uintptr_t)caller;
    if (!here) return false;
    for (int i = 0; i < span_count; i++)
        if (at >= spans[i].from && at < spans[i].to) {
            const long call = __atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
            const bool now = call == wanted;
            if (call == 1) atexit(end);
            if (now) tell();
            if (now) errno = ENOMEM;
            return now;
        }
    return false;
}

void *malloc(size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
