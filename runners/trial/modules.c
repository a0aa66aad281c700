// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modules.h"
#include "runners/base/sysfile.h"

#define ADDRESS "0x%16[0-9a-f]"
#define BUILD_ID ".note.gnu.build-id"
#define BUILD_ID_MAX 64 /* bytes; it is a hash */

/* Notes are 4 bytes apart. */
static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static json_t *hexadecimal(const unsigned char *bytes, size_t count)
{
	char text[2 * BUILD_ID_MAX + 1] = "";

	for (size_t i = 0; i < count && i < BUILD_ID_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return json_string(text);
}

/* The build id among the notes of the file @path; NULL: it has none. */
static json_t *read_build_id(const char *path)
{
	unsigned char notes[4096];
	char full[PATH_MAX];
	int fd = open(sysfile_path(path, full), O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, notes, sizeof(notes));
	size_t at = 0, length = got < 0 ? 0 : (size_t)got;
	Elf64_Nhdr note;

	if (fd >= 0)
		close(fd);
	while (at + sizeof(note) <= length) {
		size_t name = at + sizeof(note), text;

		memcpy(&note, notes + at, sizeof(note));
		text = name + padded(note.n_namesz);
		at = text + padded(note.n_descsz);
		if (text + note.n_descsz > length)
			break;
		if (note.n_type == NT_GNU_BUILD_ID &&
		    note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    !memcmp(notes + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)))
			return hexadecimal(notes + text, note.n_descsz);
	}
	return NULL;
}

static void put(json_t *modules, const char *module, const char *key,
		json_t *value)
{
	json_t *of_module = json_object_get(modules, module);

	if (!of_module) {
		of_module = json_object();
		json_object_set_new(modules, module, of_module);
	}
	json_object_set_new(of_module, key, value);
}

/* Without its root, as sysfile_each() has it. */
static int add_section(const char *path, void *data)
{
	char module[128], section[128], digits[17];
	char *address = sysfile_read(path);

	if (address && sscanf(address, ADDRESS, digits) == 1 &&
	    sscanf(path, "/sys/module/%127[^/]/sections/%127s", module,
		   section) == 2)
		put(data, module, section, json_string(digits));
	free(address);
	return 0;
}

static int add_build_id(const char *path, void *data)
{
	json_t *id = read_build_id(path);
	char module[128];

	if (id && sscanf(path, "/sys/module/%127[^/]/", module) == 1)
		put(data, module, BUILD_ID, json_incref(id));
	json_decref(id);
	return 0;
}

json_t *modules_news(void)
{
	static size_t told; /* length of the list: cheaper to look at */
	char *list = sysfile_read("/proc/modules");
	size_t length = list ? strlen(list) : 0;
	json_t *modules, *id;

	free(list);
	if (length == told)
		return NULL;
	modules = json_object();
	id = told ? NULL : read_build_id("/sys/kernel/notes");
	if (id)
		put(modules, "vmlinux", BUILD_ID, id);
	told = length;
	sysfile_each("/sys/module/*/sections/.*text*", add_section, modules);
	sysfile_each("/sys/module/*/notes/" BUILD_ID, add_build_id, modules);
	return modules;
}
