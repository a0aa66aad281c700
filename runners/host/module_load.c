// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module_load.h"

bool module_is_loaded(void)
{
	return !access(MODULE_FOLDER, F_OK);
}

bool module_can_load(void)
{
	return !access("/proc/modules", F_OK);
}

int module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		ret = -errno;
	close(fd);
	return ret;
}

int module_unload(void)
{
	if (!syscall(SYS_delete_module, "mmgauge", O_NONBLOCK) ||
	    errno == ENOENT)
		return 0;
	return -errno;
}

/* "none [integrity] confidentiality": locked down unless none is chosen. */
bool module_is_locked_down(void)
{
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";
	bool found;

	if (!file)
		return false;
	found = fgets(line, sizeof(line), file) && !strstr(line, "[none]");
	fclose(file);
	return found;
}

const char *module_refusal(int error)
{
	switch (error) {
	case EPERM:
		return module_is_locked_down() ?
			       "the kernel is locked down (Secure Boot) and "
			       "takes only signed modules" :
			       "not permitted";
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return "the kernel takes only modules signed with a key it "
		       "knows (Secure Boot)";
	case ENOSYS:
		return "the running kernel takes no modules";
	case ENOEXEC:
		return "it does not fit the running kernel";
	default:
		return strerror(error);
	}
}
