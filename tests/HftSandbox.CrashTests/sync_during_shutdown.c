/* What a successful fdatasync is worth while an ext4 file system is being shut down (EXT4_IOC_SHUTDOWN without a log
   flush). Writers append to files of their own and note, in memory, how far a successful fdatasync took them. The main
   process shuts the file system down, mounts it again and looks for what was acknowledged. Nothing of HftSandbox is in
   it: it tells the file system's part of a lost promise from the log's.

   cc -O2 -o sync_during_shutdown sync_during_shutdown.c
   truncate -s 128M image; mkfs.ext4 -q -F image; mkdir -p mount; mount -o loop image mount      (as root)
   for seed in $(seq 150); do ./sync_during_shutdown image mount 4 $seed; done; umount mount

   One line for each acknowledged write that is lost: whether its fdatasync returned before or after the shutdown began.
   A loss acknowledged before it began would be a disk that lies. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS_MAX = 64, RECORD_MAX = 400, PATH_BYTES = 256 };

struct promise {
    volatile long before_shutdown; /* bytes acknowledged before it began */
    volatile long at_all;
};

static volatile int *shutting_down;

static void append_and_sync(const char *path, int seed, struct promise *promise) {
    char record[RECORD_MAX];
    int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    memset(record, 'x', sizeof record);
    srand(seed);
    if (file < 0 || fsync(file) != 0)
        _exit(1);
    for (long end = 0;;) {
        int length = 100 + rand() % (RECORD_MAX - 100);
        if (pwrite(file, record, length, end) != length || fdatasync(file) != 0)
            _exit(0);
        end += length;
        promise->at_all = end;
        if (!*shutting_down)
            promise->before_shutdown = end;
    }
}

static void path_of(char *path, const char *mount, int writer) {
    snprintf(path, PATH_BYTES, "%s/%d", mount, writer);
}

int main(int count, char **arguments) {
    if (count != 5)
        return fprintf(stderr, "usage: %s IMAGE MOUNT WRITERS SEED\n", arguments[0]), 2;
    const char *image = arguments[1], *mount = arguments[2];
    int writers = atoi(arguments[3]), seed = atoi(arguments[4]), lost = 0;
    char path[PATH_BYTES], command[3 * PATH_BYTES];
    pid_t processes[WRITERS_MAX];
    struct promise *promises = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (writers < 1 || writers > WRITERS_MAX || promises == MAP_FAILED)
        return 2;
    shutting_down = (int *)(promises + WRITERS_MAX);

    for (int writer = 0; writer < writers; writer++) {
        path_of(path, mount, writer);
        processes[writer] = fork();
        if (processes[writer] == 0)
            append_and_sync(path, seed * WRITERS_MAX + writer, &promises[writer]);
    }
    int directory = open(mount, O_RDONLY), without_log_flush = 2;
    usleep(100000);
    fsync(directory);
    srand(seed);
    usleep(100000 + rand() % 400000);
    *shutting_down = 1;
    if (ioctl(directory, 0x8004587D, &without_log_flush) != 0)
        return perror("EXT4_IOC_SHUTDOWN"), 2;
    close(directory);
    for (int writer = 0; writer < writers; writer++)
        waitpid(processes[writer], 0, 0);
    snprintf(command, sizeof command, "umount '%s' && mount -o loop '%s' '%s'", mount, image, mount);
    if (system(command) != 0)
        return 2;

    for (int writer = 0; writer < writers; writer++) {
        struct stat found;
        path_of(path, mount, writer);
        long there = stat(path, &found) == 0 ? (long)found.st_size : 0;
        if (there < promises[writer].at_all)
            printf("seed %d writer %d: %ld bytes acknowledged, %ld there: acknowledged %s the shutdown began\n", seed,
                writer, promises[writer].at_all, there,
                there < promises[writer].before_shutdown ? "BEFORE" : "after");
        lost += there < promises[writer].at_all;
    }
    return lost > 0;
}
