/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of QEMU's documented plugin interface that is used, declared here
 * since Debian ships no header for it ("QEMU TCG Plugins" in QEMU's developer
 * documentation). What not every QEMU since 7.2 has is looked up at run time.
 */
#ifndef MMGAUGE_QEMU_API_H
#define MMGAUGE_QEMU_API_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

typedef struct {
	const char *target_name;
	struct {
		int min, cur;
	} version; /* of the interface */
	bool system_emulation;
	union {
		struct {
			int smp_vcpus, max_vcpus;
		} system;
	};
} qemu_info_t;

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_CB_R_REGS };
enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_R = 1,
	QEMU_PLUGIN_MEM_W,
	QEMU_PLUGIN_MEM_RW
};
enum qemu_plugin_op {
	QEMU_PLUGIN_INLINE_ADD_U64,
	QEMU_PLUGIN_INLINE_STORE_U64
};

/* Since interface 2: a field of an element per CPU. */
typedef struct {
	void *score;
	size_t offset;
} qemu_plugin_u64;

/* GLib's GArray and GByteArray. */
struct qemu_plugin_array {
	char *data;
	unsigned int length;
};

struct qemu_plugin_bytes {
	uint8_t *data;
	unsigned int length;
};

struct qemu_plugin_register;

struct qemu_plugin_reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name, *feature;
};

typedef void (*qemu_plugin_tb_cb)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*qemu_plugin_udata_cb)(unsigned int cpu, void *data);
typedef void (*qemu_plugin_vcpu_simple_cb)(qemu_plugin_id_t, unsigned int cpu);
typedef void (*qemu_plugin_simple_cb)(qemu_plugin_id_t);
typedef void (*qemu_plugin_mem_cb)(unsigned int cpu, uint32_t info,
				   uint64_t address, void *data);

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id,
				       qemu_plugin_vcpu_simple_cb callback);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_cb callback);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  qemu_plugin_udata_cb callback,
					  enum qemu_plugin_cb_flags flags,
					  void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_udata_cb callback,
					    enum qemu_plugin_cb_flags flags,
					    void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      qemu_plugin_mem_cb callback,
				      enum qemu_plugin_cb_flags flags,
				      enum qemu_plugin_mem_rw rw, void *data);
void qemu_plugin_reset(qemu_plugin_id_t id, qemu_plugin_simple_cb then);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
/*
 * Set @function, a pointer to one, to what is called @name in QEMU and its
 * libraries: whether it is there. ISO C has no cast from an object pointer.
 */
static inline bool qemu_look_up(void *function, const char *name)
{
	void *found = dlsym(RTLD_DEFAULT, name);

	memcpy(function, &found, sizeof(found));
	return found;
}

bool qemu_plugin_mem_is_store(uint32_t info);
unsigned int qemu_plugin_mem_size_shift(uint32_t info);

/* Only for the access that a callback is told of, in that callback. */
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info,
						  uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

#endif
