// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast the module's SEAL is on this CPU: packets one by one, and SG_SEAL_LANES side by side,
 * beside Crypto++ on the same packets. Best of several runs, CPU time of the thread.
 *
 * build: gcc -O2 -c -o seal.o kmod/seal.c
 *        g++ -O2 -o seal_bench selftests/bench/seal_bench.cc seal.o -lcryptopp
 */
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <cryptopp/algparam.h>
#include <cryptopp/argnames.h>
#include <cryptopp/seal.h>

/* A C header for kernel and user space: no reserved word of C++ in it. */
extern "C" {
#include "../../kmod/seal.h"
}

namespace
{

constexpr unsigned int runs = 7;
constexpr unsigned long run_bytes = 40000000;
constexpr int seal_bits = 524288;
constexpr unsigned int sizes[] = { 64, 512, 1408, 9000 };

/* Apart from each other by no multiple of a page: buffers that alias would slow each other. */
constexpr size_t stride = 9000 + 440;

const u8 key[SG_SEAL_KEY_BYTES] = { 0x67, 0x45, 0x23, 0x01, 0xef, 0xcd, 0xab, 0x89, 0x98, 0xba,
				    0xdc, 0xfe, 0x10, 0x32, 0x54, 0x76, 0xc3, 0xd2, 0xe1, 0xf0 };

double seconds()
{
	timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/* Megabytes a second of `batch(n)`, which does SG_SEAL_LANES packets from index n on. */
template <typename Batch> double rate(unsigned int size, Batch batch)
{
	unsigned long batches = run_bytes / size / SG_SEAL_LANES;
	double best = 0;

	for (unsigned int run = 0; run < runs; run++) {
		double start = seconds(), speed;

		for (unsigned long i = 0; i < batches; i++)
			batch(u32(1 + i * SG_SEAL_LANES));
		speed = double(batches * SG_SEAL_LANES * size) / (seconds() - start) / 1e6;
		if (speed > best)
			best = speed;
	}
	return best;
}

}

int main()
{
	std::vector<u8> data(stride * SG_SEAL_LANES);
	sg_seal_tables tables;

	sg_seal_setkey(&tables, key);
	if (!sg_seal_selftest()) {
		fprintf(stderr, "seal_bench: the self test fails\n");
		return 1;
	}
	printf("bytes  one by one  %d side by side  Crypto++  (MB/s)  side/one  side/Crypto++\n",
	       SG_SEAL_LANES);
	for (unsigned int size : sizes) {
		double one, many, other;

		one = rate(size, [&](u32 n) {
			for (u32 i = 0; i < SG_SEAL_LANES; i++)
				sg_seal_xor(&tables, n + i, data.data() + i * stride, size);
		});
		many = rate(size, [&](u32 n) {
			sg_seal_job jobs[SG_SEAL_LANES];

			for (u32 i = 0; i < SG_SEAL_LANES; i++)
				jobs[i] = { data.data() + i * stride, size, n + i };
			sg_seal_xor_many(&tables, jobs, SG_SEAL_LANES);
		});

		const u8 iv[4] = {};
		CryptoPP::SEAL<CryptoPP::BigEndian>::Encryption seal;

		seal.SetKey(key, sizeof(key),
			    CryptoPP::MakeParameters("NumberOfOutputBitsPerPositionIndex", seal_bits)
				(CryptoPP::Name::IV(),
				 CryptoPP::ConstByteArrayParameter(iv, sizeof(iv), false)));
		other = rate(size, [&](u32 n) {
			for (u32 i = 0; i < SG_SEAL_LANES; i++) {
				const u32 at = n + i;
				const u8 index[4] = { u8(at >> 24), u8(at >> 16), u8(at >> 8), u8(at) };

				seal.Resynchronize(index, sizeof(index));
				seal.ProcessData(data.data() + i * stride, data.data() + i * stride, size);
			}
		});
		printf("%5u  %10.0f  %14.0f  %8.0f          %8.2f  %13.2f\n", size, one, many, other,
		       many / one, many / other);
	}
	sg_seal_wipe(&tables);
	return 0;
}
