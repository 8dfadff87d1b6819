/* replay.c - runs a kept corpus through a fuzz target as an ordinary test, with any compiler.
 *
 * Arguments are files and folders.  A missing or empty folder is a failure: a corpus that vanished tests nothing.  So is an
 * input that takes more than a second of the processor: ten times what is promised, for the sanitizers.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_MS 1000

static long slowest_ms;

static int feed(const char *path);

static long cpu_ms(void)
{
	struct timespec used;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void run(const char *path, const uint8_t *data, size_t size)
{
	long before = cpu_ms(), took;

	(void)LLVMFuzzerTestOneInput(data, size);
	took = cpu_ms() - before;
	slowest_ms = took > slowest_ms ? took : slowest_ms;
	if (took <= MOST_MS)
		return;
	fprintf(stderr, "%s: takes %ld ms; at most %d\n", path, took, MOST_MS);
	exit(1);
}

static int feed_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	/* Exactly as many bytes as the file has, so that the sanitizer sees a read behind them. */
	uint8_t *data = malloc(size ? size : 1);

	if (!file || !data || fread(data, 1, size, file) != size) {
		fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(errno));
		exit(1);
	}
	(void)fclose(file);
	run(path, data, size);
	free(data);
	return 1;
}

static int feed_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int count = 0;

	while (folder && (entry = readdir(folder))) {
		char inside[4096];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
		count += feed(inside);
	}
	if (folder)
		(void)closedir(folder);
	return count;
}

static int feed(const char *path)
{
	struct stat about;
	int count;

	if (stat(path, &about) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	count = S_ISDIR(about.st_mode) ? feed_folder(path) : feed_file(path, (size_t)about.st_size);
	if (count == 0) {
		fprintf(stderr, "%s: no inputs\n", path);
		exit(1);
	}
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++)
		count += feed(argv[i]);
	printf("%d inputs, the slowest %ld ms\n", count, slowest_ms);
	return count > 0 ? 0 : 1;
}
