// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints SEAL 3.0 key stream from Crypto++, in the form of seal-keystream: an opinion from
 * outside on the cipher. Shares no code with the project.
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <cryptopp/algparam.h>
#include <cryptopp/argnames.h>
#include <cryptopp/hex.h>
#include <cryptopp/seal.h>

namespace
{

/*
 * Left alone, Crypto++ goes on with the next index after 4096 bytes, which would reuse the key
 * stream of another packet. This is the whole stream of one index, in bits.
 */
constexpr int stream_bits = 524288;
constexpr unsigned long stream_bytes = stream_bits / 8;
constexpr size_t key_bytes = 20;

bool number(const char *text, unsigned long max, unsigned long *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*value = strtoul(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	return !*end && *value <= max;
}

}

int main(int argc, char **argv)
{
	unsigned long n, offset, length;
	std::string key, hex;

	if (argc == 5)
		CryptoPP::StringSource(argv[1], true,
			new CryptoPP::HexDecoder(new CryptoPP::StringSink(key)));
	if (argc != 5 || strlen(argv[1]) != 2 * key_bytes || key.size() != key_bytes ||
	    !number(argv[2], 0xffffffff, &n) || !number(argv[3], stream_bytes, &offset) ||
	    !number(argv[4], stream_bytes - offset, &length)) {
		fprintf(stderr, "usage: seal_cryptopp KEYHEX N OFFSET LENGTH\n");
		return 2;
	}

	const CryptoPP::byte iv[4] = {
		CryptoPP::byte(n >> 24), CryptoPP::byte(n >> 16), CryptoPP::byte(n >> 8), CryptoPP::byte(n),
	};
	CryptoPP::SEAL<CryptoPP::BigEndian>::Encryption seal;

	seal.SetKey(reinterpret_cast<const CryptoPP::byte *>(key.data()), key.size(),
		    CryptoPP::MakeParameters("NumberOfOutputBitsPerPositionIndex", stream_bits)
			(CryptoPP::Name::IV(), CryptoPP::ConstByteArrayParameter(iv, sizeof(iv), false)));

	std::vector<CryptoPP::byte> stream(offset + length + 1);

	/* One run from byte 0: seeking is the other side's to prove. */
	seal.ProcessData(stream.data(), stream.data(), offset + length);
	CryptoPP::StringSource(stream.data() + offset, length, true,
		new CryptoPP::HexEncoder(new CryptoPP::StringSink(hex), false));
	return puts(hex.c_str()) == EOF || fflush(stdout);
}
