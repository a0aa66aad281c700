// SPDX-License-Identifier: GPL-2.0-or-later
/* A suite that is not in the machine's sources, which stay as they are. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apt.h"
#include "cache.h"

#define KEYS "/usr/share/keyrings/debian-archive-keyring.gpg"
#define SECONDS 600

const char *apt_keys(void)
{
	return getenv("MMGAUGE_KEYRING") ?: KEYS;
}

/* VERSION_CODENAME of a Debian. */
static int read_codename(char *codename, size_t size, struct error *err)
{
	FILE *file = fopen("/etc/os-release", "re");
	char line[256];
	bool debian = false;

	*codename = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		debian |= !strcmp(line, "ID=debian");
		if (!strncmp(line, "VERSION_CODENAME=", 17))
			snprintf(codename, size, "%.31s", line + 17);
	}
	if (file)
		fclose(file);
	if (debian && *codename && process_exists("apt-get"))
		return 0;
	return error_set(err, -ENOTSUP,
			 "only Debian has backports: install QEMU 8.1 or "
			 "newer");
}

int apt_mirrors(struct process_result *result, struct error *err)
{
	/* "URI CODENAME" of each list of packages. */
	const char *const argv[] = { "apt-get",
				     "indextargets",
				     "--format",
				     "$(REPO_URI) $(CODENAME)",
				     "Created-By: Packages",
				     NULL };

	return apt_query(argv, result, err);
}

bool apt_mirror(const struct process_result *mirrors, const char *codename,
		char *uri, size_t size)
{
	const char *line = mirrors->output;

	while (*line) {
		size_t length = strcspn(line, "\n"), of = strcspn(line, " \n");

		if (of + 1 + strlen(codename) == length &&
		    !strncmp(line + of + 1, codename, length - of - 1)) {
			snprintf(uri, size, "%.*s", (int)of, line);
			return true;
		}
		line += length + (line[length] == '\n');
	}
	*uri = '\0';
	return false;
}

static int write_file(const char *folder, const char *name, const char *text,
		      struct error *err)
{
	char path[PATH_MAX];
	FILE *file;

	join_path(path, "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file || fputs(text, file) < 0 || fclose(file))
		return cache_write_error(err, -errno, path);
	return 0;
}

static int write_lists(struct apt_root *root, const char *folder,
		       const char *sources, struct error *err)
{
	char text[5 * PATH_MAX], both[128] = "";
	int ret = write_file(folder, "sources.list", sources, err);

	if (ret)
		return ret;
	if (root->arch)
		snprintf(both, sizeof(both),
			 "APT::Architectures { \"%s\"; \"%s\"; };\n",
			 arch_native()->debian, root->arch->debian);
	/* What else is configured, like a proxy, holds. */
	snprintf(text, sizeof(text),
		 "Dir::Etc::sourcelist \"%s/sources.list\";\n"
		 "Dir::Etc::sourceparts \"/dev/null\";\n"
		 "Dir::Etc::preferences \"/dev/null\";\n"
		 "Dir::Etc::preferencesparts \"/dev/null\";\n"
		 "Dir::State::lists \"%s/lists\";\n"
		 "Dir::State::status \"/dev/null\";\n"
		 "Dir::Cache \"%s/cache\";\n"
		 "APT::Sandbox::User \"root\";\n"
		 "APT::Default-Release \"\";\n"
		 "Acquire::Retries \"2\";\n"
		 "Acquire::Languages \"none\";\n"
		 "%s",
		 folder, folder, folder, both);
	ret = write_file(folder, "apt.conf", text, err);
	return ret ? ret : join_path(root->config, "%s/apt.conf", folder);
}

static int update(const struct apt_root *root, struct error *err)
{
	const char *const argv[] = { "apt-get", "-c",	  root->config,
				     "-qq",	"update", NULL };
	struct process_result result;
	char reason[512];
	int ret = process_run(argv, NULL, SECONDS, &result);

	if (ret)
		return error_set(err, ret, "apt-get update: %s",
				 ret == -EINTR ? "interrupted" :
						 strerror(-ret));
	if (result.status) {
		apt_reason(result.errors, reason, sizeof(reason));
		ret = error_set(err, -ENETUNREACH,
				"apt-get update of %s: %s: check the network",
				root->suite, reason);
	}
	process_result_free(&result);
	return ret;
}

int apt_root_make(struct apt_root *root, const char *folder,
		  const char *sources, struct error *err)
{
	static const char *const below[] = {
		"",	  "/lists",	     "/lists/partial",
		"/cache", "/cache/archives", "/cache/archives/partial",
	};
	char path[PATH_MAX];
	int ret;

	for (size_t i = 0; i < sizeof(below) / sizeof(*below); i++) {
		ret = join_path(path, "%s%s", folder, below[i]);
		if (!ret && mkdir(path, 0777) < 0 && errno != EEXIST)
			return cache_write_error(err, -errno, path);
	}
	return write_lists(root, folder, sources, err);
}

int apt_backports(struct apt_root *root, const char *folder, struct error *err)
{
	char codename[32], uri[512], path[PATH_MAX], sources[PATH_MAX];
	struct process_result mirrors;
	int ret = read_codename(codename, sizeof(codename), err);

	if (!ret)
		ret = apt_mirrors(&mirrors, err);
	if (ret)
		return ret;
	if (!apt_mirror(&mirrors, codename, uri, sizeof(uri)))
		ret = error_set(err, -ENOTSUP,
				"apt's sources have no %s: install QEMU 8.1 or "
				"newer",
				codename);
	process_result_free(&mirrors);
	if (ret)
		return ret;
	snprintf(root->suite, sizeof(root->suite), "%s-backports", codename);
	snprintf(sources, sizeof(sources), "deb %s%s%s%s %s main\n",
		 is_readable(apt_keys()) ? "[signed-by=" : "",
		 is_readable(apt_keys()) ? apt_keys() : "",
		 is_readable(apt_keys()) ? "] " : "", uri, root->suite);
	join_path(path, "%s/apt", folder);
	ret = apt_root_make(root, path, sources, err);
	return ret ? ret : update(root, err);
}

int packages_unpack(const char *from, const char *to, struct error *err)
{
	DIR *list = opendir(from);
	struct dirent *entry;
	char path[PATH_MAX];
	int ret = list ? 0 : -errno;

	while (list && !ret && (entry = readdir(list))) {
		const char *suffix = strrchr(entry->d_name, '.');
		const char *const argv[] = { "dpkg-deb", "-x", path, to, NULL };
		struct process_result result;

		if (!suffix || strcmp(suffix, ".deb"))
			continue;
		join_path(path, "%s/%s", from, entry->d_name);
		ret = process_run(argv, NULL, SECONDS, &result);
		if (ret)
			break;
		ret = result.status ? -EIO : 0;
		process_result_free(&result);
		unlink(path);
	}
	if (list)
		closedir(list);
	return ret ? error_set(err, ret,
			       "%s: cannot unpack: %s: free some "
			       "space, or try again",
			       from, strerror(-ret)) :
		     0;
}
