/* torture_preload.c - the n-th allocation, or the n-th system call of a kind, of one process fails; another process says which.
 *
 * Loaded before everything else (LD_PRELOAD), so that what libevent, nghttp2, OpenSSL, libpq and protobuf-c ask for counts too; beside the
 * address sanitizer with verify_asan_link_order=0.  RENKEI_TORTURE names a file that torture.py maps as well: its layout is struct control.
 * Only the program named by RENKEI_TORTURE_PROGRAM looks at it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The order is torture.py's too. */
enum call {
	MEMORY,
	ACCEPT,
	READ,
	READV,
	RECV,
	WRITE,
	WRITEV,
	SEND,
	EPOLL_WAIT,
	EPOLL_CTL,
	SOCKET,
	CONNECT,
	OPEN,
	CLOSE,
	FCNTL,
	SETSOCKOPT,
	GETSOCKOPT,
	SHUTDOWN,
	FSYNC,
	RENAME,
	UNLINK,
	FLOCK,
	MKDIR,
};

enum { OFF, ONCE, FOR_GOOD };

/* In place of an errno: the call does a single byte of its work, or the process is killed before it. */
enum { SHORT = -1, KILL = -2 };

struct control {
	_Atomic uint32_t pid;   /* whose calls count; 0: of whoever runs the program */
	_Atomic uint32_t mode;  /* OFF, ONCE, FOR_GOOD */
	_Atomic uint32_t calls; /* bits of enum call */
	_Atomic int32_t fault;  /* errno, SHORT or KILL */
	_Atomic uint64_t nth;   /* the first to fail, from 1 */
	_Atomic uint64_t seen, hits;
	_Atomic uint32_t tell; /* the stack of each hit goes to stderr */
	_Atomic uint32_t ask, answered,
		leaks; /* a look for leaks is wanted, was taken, found some */
};

static struct control off, *control = &off;
static _Atomic uint32_t self;

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* What is asked for meanwhile is not of the program's doing. */
static void tell_where(uint32_t mode)
{
	void (*print)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "__sanitizer_print_stack_trace");

	control->mode = OFF;
	if (print)
		print();
	control->mode = mode;
}

/* 0, or what shall go wrong. */
static int due(enum call call)
{
	uint64_t turn;
	uint32_t mode = control->mode;

	if (mode == OFF || (control->pid && self != control->pid) || !(control->calls & 1U << call))
		return 0;
	turn = ++control->seen;
	if (mode == ONCE ? turn != control->nth : turn < control->nth)
		return 0;
	control->hits++;
	if (control->fault == KILL)
		(void)kill(getpid(), SIGKILL);
	if (control->tell)
		tell_where(mode);
	return control->fault;
}

#define REAL(name)                     \
	static __typeof__(name) *real; \
	if (!real)                     \
	real = (__typeof__(name) *)next(#name)

/* errno is set as the real call would: the caller may tell by it. */
#define FAIL(call, value)               \
	do {                            \
		int fault_ = due(call); \
                                        \
		if (fault_ > 0) {       \
			errno = fault_; \
			return value;   \
		}                       \
	} while (0)

/* For calls with a length, which may also do less than asked. */
#define FAIL_OR_SHORTEN(call, len)                  \
	do {                                        \
		int fault_ = due(call);             \
                                                    \
		if (fault_ == SHORT && (len) > 1) { \
			(len) = 1;                  \
		} else if (fault_ > 0) {            \
			errno = fault_;             \
			return -1;                  \
		}                                   \
	} while (0)

static void take_self(void)
{
	self = (uint32_t)getpid();
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("RENKEI_TORTURE"), *program = getenv("RENKEI_TORTURE_PROGRAM");
	char own[4096];
	ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
	void *map;
	int fd;

	if (!path || !program || len <= 0)
		return;
	own[len] = '\0';
	if (strcmp(own, program) != 0)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	take_self();
	(void)pthread_atfork(NULL, NULL, take_self);
	control = map;
}

void *malloc(size_t size)
{
	REAL(malloc);
	FAIL(MEMORY, NULL);
	return real(size);
}

void *calloc(size_t count, size_t size)
{
	REAL(calloc);
	FAIL(MEMORY, NULL);
	return real(count, size);
}

void *realloc(void *old, size_t size)
{
	REAL(realloc);
	FAIL(MEMORY, NULL);
	return real(old, size);
}

void *reallocarray(void *old, size_t count, size_t size)
{
	REAL(reallocarray);
	FAIL(MEMORY, NULL);
	return real(old, count, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
	REAL(posix_memalign);
	FAIL(MEMORY, ENOMEM);
	return real(out, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	REAL(aligned_alloc);
	FAIL(MEMORY, NULL);
	return real(alignment, size);
}

char *strdup(const char *text)
{
	REAL(strdup);
	FAIL(MEMORY, NULL);
	return real(text);
}

char *strndup(const char *text, size_t len)
{
	REAL(strndup);
	FAIL(MEMORY, NULL);
	return real(text, len);
}

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	REAL(accept4);
	FAIL(ACCEPT, -1);
	return real(fd, address, len, flags);
}

ssize_t read(int fd, void *bytes, size_t len)
{
	REAL(read);
	FAIL_OR_SHORTEN(READ, len);
	return real(fd, bytes, len);
}

ssize_t readv(int fd, const struct iovec *pieces, int count)
{
	REAL(readv);
	FAIL(READV, -1);
	return real(fd, pieces, count);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
	REAL(recv);
	FAIL_OR_SHORTEN(RECV, len);
	return real(fd, bytes, len, flags);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	REAL(write);
	FAIL_OR_SHORTEN(WRITE, len);
	return real(fd, bytes, len);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
	REAL(writev);
	FAIL(WRITEV, -1);
	return real(fd, pieces, count);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	REAL(send);
	FAIL_OR_SHORTEN(SEND, len);
	return real(fd, bytes, len, flags);
}

/* The loop is between two events: nothing is half done. */
static void look_for_leaks(void)
{
	int (*check)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "__lsan_do_recoverable_leak_check");
	uint32_t ask = control->ask;

	control->leaks = check && check() ? 1 : 0;
	control->answered = ask;
}

int epoll_wait(int fd, struct epoll_event *events, int count, int wait_ms)
{
	REAL(epoll_wait);
	if (self == control->pid && control->ask != control->answered)
		look_for_leaks();
	FAIL(EPOLL_WAIT, -1);
	return real(fd, events, count, wait_ms);
}

int epoll_ctl(int fd, int what, int other, struct epoll_event *event)
{
	REAL(epoll_ctl);
	/* The kernel has room for what it knows already. */
	if (what == EPOLL_CTL_ADD)
		FAIL(EPOLL_CTL, -1);
	return real(fd, what, other, event);
}

int socket(int domain, int type, int protocol)
{
	REAL(socket);
	FAIL(SOCKET, -1);
	return real(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	REAL(connect);
	FAIL(CONNECT, -1);
	return real(fd, address, len);
}

int open(const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list rest;
	REAL(open);

	va_start(rest, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(rest, unsigned);
	va_end(rest);
	FAIL(OPEN, -1);
	return real(path, flags, mode);
}

/* A descriptor whose close failed is closed all the same. */
int close(int fd)
{
	int fault = due(CLOSE), got;
	REAL(close);

	got = real(fd);
	if (fault <= 0)
		return got;
	errno = fault;
	return -1;
}

int fcntl(int fd, int what, ...)
{
	va_list rest;
	void *arg;
	REAL(fcntl);

	va_start(rest, what);
	arg = va_arg(rest, void *);
	va_end(rest);
	FAIL(FCNTL, -1);
	return real(fd, what, arg);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	REAL(setsockopt);
	FAIL(SETSOCKOPT, -1);
	return real(fd, level, name, value, len);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	REAL(getsockopt);
	FAIL(GETSOCKOPT, -1);
	return real(fd, level, name, value, len);
}

/* One worker serves, however many processors there are: every call is its. */
long sysconf(int name)
{
	REAL(sysconf);
	return control != &off && name == _SC_NPROCESSORS_ONLN ? 1 : real(name);
}

int shutdown(int fd, int how)
{
	REAL(shutdown);
	FAIL(SHUTDOWN, -1);
	return real(fd, how);
}

int fsync(int fd)
{
	REAL(fsync);
	FAIL(FSYNC, -1);
	return real(fd);
}

int rename(const char *from, const char *to)
{
	REAL(rename);
	FAIL(RENAME, -1);
	return real(from, to);
}

int unlink(const char *path)
{
	REAL(unlink);
	FAIL(UNLINK, -1);
	return real(path);
}

int flock(int fd, int what)
{
	REAL(flock);
	FAIL(FLOCK, -1);
	return real(fd, what);
}

int mkdir(const char *path, mode_t mode)
{
	REAL(mkdir);
	FAIL(MKDIR, -1);
	return real(path, mode);
}
