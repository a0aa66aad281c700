// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmgauge: what mirroring, pinning and synchronising an address space costs.
 *
 * This file owns /dev/mmgauge: it checks who asks, moves requests between user
 * space and the mechanisms, and is the only one to touch user pointers.
 */
#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mmgauge.h"

static u64 mmg_features(void)
{
	u64 features = 0;

	if (MMG_PIN_FAST_ONLY_EXISTS)
		features |= MMG_FEATURE_FAST_ONLY;
	if (MMG_CHANGE_PTE_EXISTS)
		features |= MMG_FEATURE_CHANGE_PTE;
	if (IS_ENABLED(CONFIG_LOCKDEP) || IS_ENABLED(CONFIG_DEBUG_VM) ||
	    IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_KCSAN) ||
	    IS_ENABLED(CONFIG_KMSAN))
		features |= MMG_FEATURE_DEBUG;
	if (IS_ENABLED(CONFIG_HMM_MIRROR))
		features |= MMG_FEATURE_FAULT;
	if (MMG_FOLL_NOFAULT)
		features |= MMG_FEATURE_NOFAULT;
	if (MMG_LONGTERM_UNLOCKED)
		features |= MMG_FEATURE_LONGTERM_UNLOCKED;
	if (MMG_UNPIN_FOLIO_EXISTS)
		features |= MMG_FEATURE_UNPIN_FOLIO;
	if (MMG_PIN_MEMFD_EXISTS)
		features |= MMG_FEATURE_PIN_MEMFD;
	return features;
}

static int mmg_do_info(struct mmg_file *file, void *arg)
{
	struct mmg_info *info = arg;

	info->abi = MMG_ABI;
	info->page_shift = PAGE_SHIFT;
	info->features = mmg_features();
	strscpy(info->version, MMG_VERSION, sizeof(info->version));
	return 0;
}

static int mmg_do_null(struct mmg_file *file, void *arg)
{
	struct mmg_null *req = arg;
	u64 start;
	int ret;
	u32 i;

	if (req->iterations > MMG_MAX_ITERATIONS)
		return -EINVAL;
	ret = mmg_check_clock(req->clock);
	if (ret)
		return ret;

	start = mmg_now(req->clock);
	for (i = 0; i < req->iterations && !ret; i++)
		ret = mmg_pause_some(i, MMG_PAUSE_CALLS);
	req->elapsed = mmg_now(req->clock) - start;
	return ret;
}

static int mmg_do_samples(struct mmg_file *file, void *arg)
{
	struct mmg_samples *req = arg;
	u32 count = min(req->capacity, file->samples.count);

	if (!req->capacity || req->capacity > MMG_MAX_SAMPLES)
		return -EINVAL;
	if (copy_to_user(u64_to_user_ptr(req->buffer), file->samples.ticks,
			 count * sizeof(u64)))
		return -EFAULT;
	req->count = count;
	return 0;
}

enum {
	MMG_OWNER_ONLY = 1 << 0, /* touches the owner's memory */
};

/* Room for every request: a row of the table names its member. */
union mmg_request {
	struct mmg_info info;
	struct mmg_null null;
	struct mmg_mirror_add mirror_add;
	struct mmg_mirror_remove mirror_remove;
	struct mmg_mirror_read mirror_read;
	struct mmg_fault fault;
	struct mmg_pin pin;
	struct mmg_unpin unpin;
	struct mmg_notifier notifier;
	struct mmg_bind bind;
	struct mmg_unbind unbind;
	struct mmg_bond_read bond_read;
	struct mmg_switch switching;
	struct mmg_samples samples;
	struct mmg_pin_memfd pin_memfd;
	struct mmg_mkclean mkclean;
	struct mmg_references references;
};

/*
 * The structures of mmgauge_uapi.h are laid out alike: (in) fields, perhaps
 * with one __u32 reserved0 among them, then (out) fields, then reserved[].
 */
struct mmg_command {
	unsigned int cmd;
	unsigned int flags;
	size_t hole_end; /* offset behind reserved0, 0 for none */
	size_t out; /* offset of the first (out) field */
	size_t reserved; /* offset of reserved[] */
	int (*handler)(struct mmg_file *file, void *arg);
};

#define MMG_MEMBER(member) (((union mmg_request *)NULL)->member)

/* A number that was made of another struct than its member does not compile. */
#define MMG_COMMAND(number, member, first_out)                           \
	.cmd = (number) + BUILD_BUG_ON_ZERO(_IOC_SIZE(number) !=         \
					    sizeof(MMG_MEMBER(member))), \
	.out = offsetof(union mmg_request, member.first_out),            \
	.reserved = offsetof(union mmg_request, member.reserved)
#define MMG_HOLE(member) \
	.hole_end = offsetofend(union mmg_request, member.reserved0)

static const struct mmg_command mmg_commands[] = {
	{
		MMG_COMMAND(MMG_IOC_INFO, info, abi),
		.handler = mmg_do_info,
	},
	{
		MMG_COMMAND(MMG_IOC_NULL, null, elapsed),
		.handler = mmg_do_null,
	},
	{
		MMG_COMMAND(MMG_IOC_MIRROR_ADD, mirror_add, first_elapsed),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_mirror_add,
	},
	{
		MMG_COMMAND(MMG_IOC_MIRROR_REMOVE, mirror_remove, count),
		.handler = mmg_do_mirror_remove,
	},
	{
		MMG_COMMAND(MMG_IOC_MIRROR_READ, mirror_read, subscriptions),
		.handler = mmg_do_mirror_read,
	},
	{
		MMG_COMMAND(MMG_IOC_FAULT, fault, elapsed), MMG_HOLE(fault),
		.handler = mmg_do_fault, /* looks who asks by itself */
	},
	{
		MMG_COMMAND(MMG_IOC_PIN, pin, pin_elapsed),
		MMG_HOLE(pin),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_pin,
	},
	{
		MMG_COMMAND(MMG_IOC_UNPIN, unpin, pages),
		.handler = mmg_do_unpin,
	},
	{
		MMG_COMMAND(MMG_IOC_NOTIFIER, notifier, first_elapsed),
		MMG_HOLE(notifier),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_notifier,
	},
	{
		MMG_COMMAND(MMG_IOC_BIND, bind, elapsed),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_bind,
	},
	{
		MMG_COMMAND(MMG_IOC_UNBIND, unbind, elapsed),
		MMG_HOLE(unbind),
		.handler = mmg_do_unbind,
	},
	{
		MMG_COMMAND(MMG_IOC_BOND_READ, bond_read, released),
		MMG_HOLE(bond_read),
		.handler = mmg_do_bond_read,
	},
	{
		MMG_COMMAND(MMG_IOC_SWITCH, switching, elapsed),
		MMG_HOLE(switching),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_switch,
	},
	{
		MMG_COMMAND(MMG_IOC_SAMPLES, samples, count),
		MMG_HOLE(samples),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_samples,
	},
	{
		MMG_COMMAND(MMG_IOC_PIN_MEMFD, pin_memfd, pin_elapsed),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_pin_memfd,
	},
	{
		MMG_COMMAND(MMG_IOC_REFERENCES, references, folios),
		MMG_HOLE(references),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_references,
	},
	{
		MMG_COMMAND(MMG_IOC_MKCLEAN, mkclean, elapsed),
		.flags = MMG_OWNER_ONLY,
		.handler = mmg_do_mkclean,
	},
};

static const struct mmg_command *mmg_find_command(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mmg_commands); i++) {
		if (mmg_commands[i].cmd == cmd)
			return &mmg_commands[i];
	}
	return NULL;
}

/* Fetch a request, refuse reserved fields, clear what the handler adds up. */
static int mmg_copy_in(const struct mmg_command *command, void *req,
		       const void __user *user)
{
	size_t size = _IOC_SIZE(command->cmd);

	if (copy_from_user(req, user, size))
		return -EFAULT;
	if (command->hole_end &&
	    *(u32 *)(req + command->hole_end - sizeof(u32)))
		return -EINVAL;
	if (memchr_inv(req + command->reserved, 0, size - command->reserved))
		return -EINVAL;
	memset(req + command->out, 0, command->reserved - command->out);
	return 0;
}

static long mmg_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const struct mmg_command *command = mmg_find_command(cmd);
	struct mmg_file *file = filp->private_data;
	void __user *user = (void __user *)arg;
	union mmg_request req;
	int ret;

	/* Of who asks: the file may have been handed on. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!command)
		return -ENOTTY;
	if ((command->flags & MMG_OWNER_ONLY) && current->mm != file->mm)
		return -EPERM;
	ret = mmg_copy_in(command, &req, user);
	if (ret)
		return ret;

	if (mutex_lock_killable(&file->lock))
		return -EINTR;
	ret = command->handler(file, &req);
	mutex_unlock(&file->lock);

	if (ret == -EPERM || ret == -EFAULT)
		return ret;
	/* After other errors as well: what was counted until then is valid. */
	if (copy_to_user(user, &req, _IOC_SIZE(cmd)))
		return -EFAULT;
	return ret;
}

static int mmg_open(struct inode *inode, struct file *filp)
{
	struct mmg_file *file;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!current->mm) /* a kernel thread has nothing to measure */
		return -EINVAL;

	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	file->mm = current->mm;
	mmg_charge_open(file);
	mmg_faults_open(file);
	ret = mmg_mirror_open(file);
	if (ret) {
		kfree(file);
		return ret;
	}

	/* mmget() would keep the memory of a dead owner until the last close */
	mmgrab(file->mm);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

static int mmg_release(struct inode *inode, struct file *filp)
{
	struct mmg_file *file = filp->private_data;

	mmg_bond_close(file);
	mmg_mirror_close(file);
	mmg_faults_close(file);
	mmg_pins_close(file);
	mmg_charge_close(file);
	kvfree(file->samples.ticks);
	mmdrop(file->mm);
	kfree(file);
	return 0;
}

static const struct file_operations mmg_fops = {
	.owner = THIS_MODULE,
	.open = mmg_open,
	.release = mmg_release,
	.unlocked_ioctl = mmg_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice mmg_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = MMG_DEVICE,
	.fops = &mmg_fops,
	.mode = 0600,
};

static int __init mmg_init(void)
{
	int ret;

	mmg_spin_calibrate();
	mmg_bond_init();
	mmg_cpus_find();
	ret = misc_register(&mmg_device);
	if (ret)
		mmg_cpus_release();
	return ret;
}

static void __exit mmg_exit(void)
{
	misc_deregister(&mmg_device);
	/* All notifiers were freed, others by whoever put them; the last returns. */
	mmg_bond_exit();
	mmu_notifier_synchronize();
	mmg_cpus_release();
}

module_init(mmg_init);
module_exit(mmg_exit);

MODULE_DESCRIPTION("Cost of mirroring, pinning and synchronising memory");
MODULE_AUTHOR("The mmgauge developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(MMG_VERSION);
