/* Preloaded into a process: fail the Nth call that changes the disk below a folder, or record all. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define CLONE_REQUEST 0x40049409
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { NOTHING, KILL, TORN, SHORT, ERROR };

static char folder[PATH_MAX];  /* what lies below is counted; empty: nothing is */
static char fired[PATH_MAX + 64];
static long calls, fatal;
static int kind, error_number, sticky, lockless, lazy, record_to = -1;
static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER;

/* What the program under test calls through ctypes. */

void faults_arm(const char *below, long nth, const char *what, int stays) {
    static const struct { const char *name; int kind, number; } kinds[] = {
        {"kill", KILL, 0},         {"torn", TORN, 0},           {"short", SHORT, 0},
        {"enospc", ERROR, ENOSPC}, {"eio", ERROR, EIO},         {"edquot", ERROR, EDQUOT},
        {"eacces", ERROR, EACCES}, {"erofs", ERROR, EROFS},     {"none", NOTHING, 0},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].name, what)) kind = kinds[i].kind, error_number = kinds[i].number;
    calls = 0, fatal = nth, sticky = stays, fired[0] = 0, lazy = 1;
    snprintf(folder, sizeof folder, "%s", below);
}

void faults_disarm(void) { folder[0] = 0; }
void faults_without_locks(void) { lockless = 1; }
long faults_calls(void) { return calls; }
const char *faults_fired(void) { return fired; }

void faults_record(const char *below, const char *log) {
    record_to = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    kind = NOTHING, lazy = 1;
    snprintf(folder, sizeof folder, "%s", below);
}

/* Where a call leads. */

static int is_below(const char *path) {
    size_t length = strlen(folder);
    return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static const char *of_descriptor(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return path;
}

static const char *whole(int at, const char *name, char *path) {
    char start[PATH_MAX];
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return path;
    }
    if (at == AT_FDCWD) {
        if (!getcwd(start, sizeof start)) start[0] = 0;
    } else {
        of_descriptor(at, start);
    }
    if (snprintf(path, PATH_MAX, "%s/%s", start, name) >= PATH_MAX) path[0] = 0;
    return path;
}

/* Decide whether a call fails. */

static int counts(const char *path) { return folder[0] && is_below(path); }

static int fails(const char *name, const char *path, size_t bytes) {
    if (!counts(path) || kind == NOTHING) return 0;
    if ((kind == TORN || kind == SHORT) && bytes < 2) return 0;
    long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (number < fatal || (number > fatal && !sticky)) return 0;
    if (!fired[0]) snprintf(fired, sizeof fired, "%s %s", name, path + strlen(folder));
    if (kind == KILL) kill(getpid(), SIGKILL);
    errno = error_number;
    return 1;
}

/* Record what a call did, in the terms of folders, names and inodes. */

static void say(const char *format, ...) {
    char line[3 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    syscall(SYS_write, record_to, line, length);
}

static int recorded(const char *path) { return record_to >= 0 && counts(path); }

void faults_note(const char *text) {
    int before = errno;
    if (record_to >= 0) {
        pthread_mutex_lock(&recording);
        say("note\t%s\n", text);
        pthread_mutex_unlock(&recording);
    }
    errno = before;
}

static unsigned long inode_of(const char *path) {
    struct stat found;
    return lstat(path, &found) ? 0 : found.st_ino;
}

static unsigned long inode_at(int descriptor) {
    struct stat found;
    return fstat(descriptor, &found) ? 0 : found.st_ino;
}

/* "<inode of the folder>\t<name>" of a path. */
static const char *entry(const char *path, char *text) {
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *name = strrchr(parent, '/');
    *name++ = 0;
    snprintf(text, PATH_MAX, "%lu\t%s", inode_of(parent), name);
    return text;
}

static void say_bytes(int descriptor, off_t from, size_t count) {
    static const char digits[] = "0123456789abcdef";
    unsigned char *bytes = malloc(count);
    char *text = malloc(2 * count + 1), own[64];
    int again = open(of_descriptor(descriptor, (char[PATH_MAX]){0}), O_RDONLY | O_CLOEXEC);
    snprintf(own, sizeof own, "/proc/self/fd/%d", descriptor);
    if (again < 0) again = open(own, O_RDONLY | O_CLOEXEC);
    ssize_t read_bytes = pread(again, bytes, count, from);
    close(again);
    for (ssize_t i = 0; i < read_bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * (read_bytes > 0 ? read_bytes : 0)] = '\n';
    say("write\t%lu\t%ld\t", inode_at(descriptor), (long)from);
    syscall(SYS_write, record_to, text, 2 * (read_bytes > 0 ? read_bytes : 0) + 1);
    free(bytes);
    free(text);
}

/* Do a call, and if it is recorded do so in the order in which it took effect. */
#define RECORDED(path, call, worked, ...)                     \
    ({                                                        \
        int on = recorded(path);                              \
        if (on) pthread_mutex_lock(&recording);               \
        __typeof__(call) result = (call);                     \
        int before = errno;                                   \
        if (on && (worked)) { __VA_ARGS__; }                  \
        if (on) pthread_mutex_unlock(&recording);             \
        errno = before;                                       \
        result;                                               \
    })

/* The calls. */

static int opened(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX], text[PATH_MAX];
    int changes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    if (!changes) return syscall(SYS_openat, at, name, flags, mode);
    whole(at, name, path);
    if (fails("open", path, 0)) return -1;
    int is_new = recorded(path) && !inode_of(path);
    return RECORDED(path, (int)syscall(SYS_openat, at, name, flags, mode), result >= 0,
                    if (is_new) say("create\t%lu\t%s\n", inode_at(result), entry(path, text));
                    else if (flags & O_TRUNC) say("truncate\t%lu\t0\n", inode_at(result)));
}

#define MODE_OF(flags)                                        \
    mode_t mode = 0;                                          \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                    \
        va_list arguments;                                    \
        va_start(arguments, flags);                           \
        mode = va_arg(arguments, mode_t);                     \
        va_end(arguments);                                    \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

static ssize_t written(int descriptor, const void *data, size_t count, off_t at) {
    char path[PATH_MAX];
    if (!folder[0] || !counts(of_descriptor(descriptor, path)))
        return at < 0 ? syscall(SYS_write, descriptor, data, count)
                      : syscall(SYS_pwrite64, descriptor, data, count, at);
    if (fails("write", path, count)) {
        if (kind == ERROR) return -1;
        count /= 2;
    }
    ssize_t done = RECORDED(path,
        at < 0 ? (ssize_t)syscall(SYS_write, descriptor, data, count)
               : (ssize_t)syscall(SYS_pwrite64, descriptor, data, count, at), result > 0,
        say_bytes(descriptor, at < 0 ? lseek(descriptor, 0, SEEK_CUR) - result : at, result));
    if (kind == TORN && fired[0]) kill(getpid(), SIGKILL);
    return done;
}

ssize_t write(int descriptor, const void *data, size_t count) { return written(descriptor, data, count, -1); }
ssize_t pwrite(int descriptor, const void *data, size_t count, off_t at) { return written(descriptor, data, count, at); }
ssize_t pwrite64(int descriptor, const void *data, size_t count, off_t at) { return written(descriptor, data, count, at); }

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    if (!folder[0] || !counts(of_descriptor(descriptor, path))) return REAL(writev)(descriptor, parts, count);
    return written(descriptor, parts[0].iov_base, parts[0].iov_len, -1);
}

static int synced(const char *name, int descriptor) {
    char path[PATH_MAX];
    if (!folder[0] || !counts(of_descriptor(descriptor, path))) return syscall(SYS_fsync, descriptor);
    if (fails(name, path, 0)) return -1;
    return RECORDED(path, lazy ? 0 : (int)syscall(SYS_fsync, descriptor), !result,
                    say("fsync\t%lu\n", inode_at(descriptor)));
}

int fsync(int descriptor) { return synced("fsync", descriptor); }
int fdatasync(int descriptor) { return synced("fdatasync", descriptor); }

int syncfs(int descriptor) {
    char path[PATH_MAX];
    if (!folder[0] || !counts(of_descriptor(descriptor, path))) return syscall(SYS_syncfs, descriptor);
    if (fails("syncfs", path, 0)) return -1;
    return RECORDED(path, lazy ? 0 : (int)syscall(SYS_syncfs, descriptor), !result, say("syncfs\n"));
}

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    char source[PATH_MAX], target[PATH_MAX], text[PATH_MAX], other[PATH_MAX];
    whole(from_at, from, source);
    whole(to_at, to, target);
    if (fails("rename", target, 0)) return -1;
    return RECORDED(target, (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags), !result,
                    say("rename\t%s\t%s\n", entry(source, text), entry(target, other)));
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

static int linked(int from_at, const char *from, int to_at, const char *to, int flags) {
    char target[PATH_MAX], text[PATH_MAX];
    whole(to_at, to, target);
    if (fails("link", target, 0)) return -1;
    return RECORDED(target, (int)syscall(SYS_linkat, from_at, from, to_at, to, flags), !result,
                    say("link\t%lu\t%s\n", inode_of(target), entry(target, text)));
}

int link(const char *from, const char *to) { return linked(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return linked(a, from, b, to, flags); }

static int made(int at, const char *name, mode_t mode) {
    char path[PATH_MAX], text[PATH_MAX];
    if (fails("mkdir", whole(at, name, path), 0)) return -1;
    return RECORDED(path, (int)syscall(SYS_mkdirat, at, name, mode), !result,
                    say("mkdir\t%lu\t%s\n", inode_of(path), entry(path, text)));
}

int mkdir(const char *name, mode_t mode) { return made(AT_FDCWD, name, mode); }
int mkdirat(int at, const char *name, mode_t mode) { return made(at, name, mode); }

static int removed(const char *call, int at, const char *name, int flags) {
    char path[PATH_MAX], text[PATH_MAX];
    if (fails(call, whole(at, name, path), 0)) return -1;
    return RECORDED(path, (int)syscall(SYS_unlinkat, at, name, flags), !result,
                    say("unlink\t%s\n", entry(path, text)));
}

int unlink(const char *name) { return removed("unlink", AT_FDCWD, name, 0); }
int rmdir(const char *name) { return removed("rmdir", AT_FDCWD, name, AT_REMOVEDIR); }
int unlinkat(int at, const char *name, int flags) {
    return removed(flags & AT_REMOVEDIR ? "rmdir" : "unlink", at, name, flags);
}

static int cut(int descriptor, off_t size) {
    char path[PATH_MAX];
    if (fails("ftruncate", of_descriptor(descriptor, path), 0)) return -1;
    return RECORDED(path, (int)syscall(SYS_ftruncate, descriptor, size), !result,
                    say("truncate\t%lu\t%ld\n", inode_at(descriptor), (long)size));
}

int ftruncate(int descriptor, off_t size) { return cut(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return cut(descriptor, size); }

int chmod(const char *name, mode_t mode) {
    char path[PATH_MAX];
    return fails("chmod", whole(AT_FDCWD, name, path), 0) ? -1 : syscall(SYS_fchmodat, AT_FDCWD, name, mode);
}

int fchmod(int descriptor, mode_t mode) {
    char path[PATH_MAX];
    return fails("fchmod", of_descriptor(descriptor, path), 0) ? -1 : syscall(SYS_fchmod, descriptor, mode);
}

ssize_t copy_file_range(int from, off64_t *start, int to, off64_t *at, size_t count, unsigned flags) {
    char path[PATH_MAX];
    if (fails("copy_file_range", of_descriptor(to, path), count) && kind == ERROR) return -1;
    return RECORDED(path, (ssize_t)syscall(SYS_copy_file_range, from, start, to, at, count, flags), result > 0,
                    say_bytes(to, (at ? *at : lseek(to, 0, SEEK_CUR)) - result, result));
}

static ssize_t sent(int to, int from, off_t *start, size_t count) {
    char path[PATH_MAX];
    if (fails("sendfile", of_descriptor(to, path), count) && kind == ERROR) return -1;
    return RECORDED(path, (ssize_t)syscall(SYS_sendfile, to, from, start, count), result > 0,
                    say_bytes(to, lseek(to, 0, SEEK_CUR) - result, result));
}

ssize_t sendfile(int to, int from, off_t *start, size_t count) { return sent(to, from, start, count); }
ssize_t sendfile64(int to, int from, off64_t *start, size_t count) { return sent(to, from, start, count); }

int ioctl(int descriptor, unsigned long request, ...) {
    char path[PATH_MAX];
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request != CLONE_REQUEST) return syscall(SYS_ioctl, descriptor, request, argument);
    if (fails("clone", of_descriptor(descriptor, path), 0)) return -1;
    return RECORDED(path, (int)syscall(SYS_ioctl, descriptor, request, argument), !result,
                    struct stat found; fstat(descriptor, &found); say_bytes(descriptor, 0, found.st_size));
}

/* A network's file system says at close what it could not write. */
int close(int descriptor) {
    char path[PATH_MAX];
    int wrong = 0, mode = folder[0] ? fcntl(descriptor, F_GETFL) : -1;
    if (mode >= 0 && (mode & O_ACCMODE) != O_RDONLY) wrong = fails("close", of_descriptor(descriptor, path), 0);
    int result = syscall(SYS_close, descriptor);
    if (!wrong) return result;
    errno = error_number;
    return -1;
}

int flock(int descriptor, int operation) {
    if (!lockless) return syscall(SYS_flock, descriptor, operation);
    errno = ENOLCK;
    return -1;
}
