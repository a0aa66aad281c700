// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "results/base/prefix.h"
#include "results/base/reap.h"
#include "ssh.h"

/* A path to a socket has room for 107 bytes, and ssh adds 17 at first. */
#define FOLDERS "/tmp/mmgauge-ssh."
#define SOCKET "%s/s"
#define MESSAGES "%s/messages"

/* A person may be typing a password; the server's limit is 2 min as shipped. */
#define OPEN_SECONDS 300
#define LOOK_SECONDS 0.02
#define CLOSE_SECONDS 5.0

/* Blanks would end a word, and a dash begins an option. */
static bool is_word(const char *text, size_t length)
{
	if (!length || *text == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isgraph((unsigned char)text[i]) ||
		    strchr("/\\'\"`$;&|<>(){}*?!", text[i]))
			return false;
	return true;
}

/* "HOST", "[ADDRESS]" with colons in it: its length in @text, 0: neither. */
static size_t split_host(const char *text, const char **host, size_t *length)
{
	const char *end;

	*host = text;
	*length = strcspn(text, ":");
	if (*text != '[')
		return *length;
	end = strchr(text, ']');
	*host = text + 1;
	*length = end ? (size_t)(end - text) - 1 : 0;
	return end ? *length + 2 : 0;
}

int ssh_parse(const char *spec, struct ssh *ssh)
{
	const char *text = skip_prefix(spec, "ssh:"), *host, *at;
	size_t length, user;
	char *end;

	*ssh = (struct ssh){ .lock = -1 };
	at = text ? strrchr(text, '@') : NULL;
	user = at ? (size_t)(at - text) : 0;
	if (!text || strlen(spec) >= sizeof(ssh->place) ||
	    (at && !is_word(text, user)))
		return -EINVAL;
	at = at ? at + 1 : text;
	at += split_host(at, &host, &length);
	if (!is_word(host, length))
		return -EINVAL;
	if (*at) {
		long port = isdigit((unsigned char)at[1]) ?
				    strtol(at + 1, &end, 10) :
				    0;

		if (*at != ':' || port < 1 || port > 65535 || *end)
			return -EINVAL;
		snprintf(ssh->port, sizeof(ssh->port), "%ld", port);
	}
	snprintf(ssh->spec, sizeof(ssh->spec), "%s", spec);
	snprintf(ssh->host, sizeof(ssh->host), "%.*s", (int)length, host);
	snprintf(ssh->place, sizeof(ssh->place), "%.*s%s%.*s", (int)user, text,
		 user ? "@" : "", (int)length, host);
	return 0;
}

static void remove_folder(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SOCKET, folder);
	unlink(path);
	snprintf(path, sizeof(path), MESSAGES, folder);
	unlink(path);
	rmdir(folder);
}

static int lock_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* What programs left that were killed: nobody has the lock. */
static void remove_others(void)
{
	glob_t found;

	if (glob(FOLDERS "*", GLOB_NOSORT, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct stat stat;
		int lock;

		/* Another one's may be made just now, and not locked yet. */
		if (lstat(found.gl_pathv[i], &stat) ||
		    stat.st_uid != geteuid() || time(NULL) - stat.st_mtime < 60)
			continue;
		lock = lock_folder(found.gl_pathv[i]);
		if (lock < 0)
			continue;
		remove_folder(found.gl_pathv[i]);
		close(lock);
	}
	globfree(&found);
}

static int make_folder(struct ssh *ssh, struct error *err)
{
	remove_others();
	snprintf(ssh->folder, sizeof(ssh->folder), FOLDERS "XXXXXX");
	if (!mkdtemp(ssh->folder)) {
		*ssh->folder = '\0';
		return error_set(err, -errno,
				 "%s: no folder for its socket in /tmp: %s: "
				 "make room there",
				 ssh->spec, strerror(errno));
	}
	ssh->lock = lock_folder(ssh->folder);
	return 0;
}

static const char *program(void)
{
	const char *value = getenv("MMGAUGE_SSH");

	return value && *value ? value : "ssh";
}

void ssh_last_line(int fd, char *line, size_t size)
{
	char text[8192];
	off_t end = lseek(fd, 0, SEEK_END);
	off_t from = end > (off_t)sizeof(text) - 1 ?
			     end - (off_t)sizeof(text) + 1 :
			     0;
	ssize_t got = pread(fd, text, sizeof(text) - 1, from);
	char *last;

	text[got > 0 ? got : 0] = '\0';
	for (size_t length = strlen(text);
	     length && isspace((unsigned char)text[length - 1]); length--)
		text[length - 1] = '\0';
	last = strrchr(text, '\n');
	snprintf(line, size, "%s", last ? last + 1 : text);
}

/* What the client says, as it says it, to what can be done about it. */
static const char *remedy_of(const char *line)
{
	static const struct {
		const char *part, *remedy;
	} known[] = {
		{ "Permission denied", "give ssh a key that is taken there" },
		{ "verification failed", "connect once by hand: ssh-keygen -R "
					 "forgets a key that changed" },
		{ "refused", "see that sshd runs there, on that port" },
		{ "timed out", "see that it is up, and the way to it" },
		{ "No route", "see that it is up, and the way to it" },
		{ "resolve hostname", "check its name" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(line, known[i].part))
			return known[i].remedy;
	return "see what ssh says by itself";
}

static int explain(const struct ssh *ssh, int messages, struct error *err)
{
	char line[512];

	ssh_last_line(messages, line, sizeof(line));
	return error_set(err, -EHOSTUNREACH, "%s: %s: %s", ssh->spec,
			 *line ? line : "ssh ended without a word",
			 remedy_of(line));
}

/* Until the master listens on its socket: then it is connected. */
static int await_master(struct ssh *ssh, int messages, struct error *err)
{
	unsigned int looks = (unsigned int)(OPEN_SECONDS / LOOK_SECONDS);
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SOCKET, ssh->folder);
	while (looks--) {
		int ret = reap(ssh->master, LOOK_SECONDS, NULL);

		if (!ret) {
			ssh->master = 0;
			return explain(ssh, messages, err);
		}
		if (process_interrupted)
			return error_set(err, -EINTR, "interrupted");
		if (!access(path, F_OK))
			return 0;
	}
	return error_set(err, -ETIMEDOUT,
			 "%s: not connected after %d s: see what ssh says by "
			 "itself",
			 ssh->spec, OPEN_SECONDS);
}

static int start_master(struct ssh *ssh, int messages, struct error *err)
{
	char path[PATH_MAX];
	const char *argv[32];
	size_t count = 0;
	const struct process_spec spec = {
		.argv = argv,
		.output = -1,
		.errors = messages,
		.asks = true,
		.death_signal = SIGTERM, /* it removes its socket */
	};

	snprintf(path, sizeof(path), SOCKET, ssh->folder);
	argv[count++] = program();
	argv[count++] = "-MNT";
	argv[count++] = "-S";
	argv[count++] = path;
	argv[count++] = "-oControlPersist=no";
	argv[count++] = "-oConnectTimeout=30";
	/* A machine that is gone is noticed within a minute. */
	argv[count++] = "-oServerAliveInterval=15";
	argv[count++] = "-oServerAliveCountMax=3";
	argv[count++] = "-oClearAllForwardings=yes";
	if (*ssh->port) {
		argv[count++] = "-p";
		argv[count++] = ssh->port;
	}
	argv[count++] = "--";
	argv[count++] = ssh->place;
	argv[count] = NULL;
	ssh->master = process_start(&spec);
	if (ssh->master > 0)
		return 0;
	count = (size_t)-ssh->master;
	ssh->master = 0;
	return error_set(err, -(int)count,
			 "%s: %s: %s: install OpenSSH's "
			 "client",
			 ssh->spec, program(), strerror((int)count));
}

int ssh_open(struct ssh *ssh, struct error *err)
{
	char path[PATH_MAX];
	int messages, ret;

	if (ssh->master && reap(ssh->master, 0, NULL) == -ETIMEDOUT)
		return 0;
	ssh->master = 0;
	ssh_close(ssh);
	ret = make_folder(ssh, err);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), MESSAGES, ssh->folder);
	messages = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ret = messages < 0 ?
		      error_set(err, -errno, "%s: %s", path, strerror(errno)) :
		      start_master(ssh, messages, err);
	if (!ret)
		ret = await_master(ssh, messages, err);
	if (messages >= 0)
		close(messages);
	if (ret)
		ssh_close(ssh);
	return ret;
}

void ssh_close(struct ssh *ssh)
{
	if (ssh->master) {
		kill(ssh->master, SIGTERM);
		if (reap(ssh->master, CLOSE_SECONDS, NULL))
			reap_killed(ssh->master, NULL);
		ssh->master = 0;
	}
	if (*ssh->folder)
		remove_folder(ssh->folder);
	*ssh->folder = '\0';
	if (ssh->lock >= 0)
		close(ssh->lock);
	ssh->lock = -1;
}

/* Room for the words, and for what they are made of. */
struct words {
	const char *argv[16];
	char path[PATH_MAX];
	char command[2048];
};

/*
 * Over the master or not at all: without it the client would connect anew. The
 * login shell may be any; sh it is that reads @script.
 */
static void make_words(const struct ssh *ssh, const char *script,
		       struct words *words)
{
	size_t count = 0;

	snprintf(words->path, sizeof(words->path), SOCKET, ssh->folder);
	snprintf(words->command, sizeof(words->command), "exec /bin/sh -c '%s'",
		 script);
	words->argv[count++] = program();
	words->argv[count++] = "-T";
	words->argv[count++] = "-S";
	words->argv[count++] = words->path;
	words->argv[count++] = "-oControlMaster=no";
	words->argv[count++] = "-oProxyCommand=exit 255";
	words->argv[count++] = "--";
	words->argv[count++] = ssh->place;
	words->argv[count++] = words->command;
	words->argv[count] = NULL;
}

int ssh_run(const struct ssh *ssh, const char *script, unsigned int seconds,
	    struct process_result *result)
{
	struct words words;
	const struct process_spec spec = { .argv = words.argv };

	make_words(ssh, script, &words);
	return process_capture(&spec, seconds, result);
}

pid_t ssh_start(const struct ssh *ssh, const char *script,
		struct process_spec spec)
{
	struct words words;

	make_words(ssh, script, &words);
	spec.argv = words.argv;
	return process_start(&spec);
}
