// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens the esp-seal packets of a capture with the keys of a file, and says of each whether it is
 * what the wire profile asks for: ICV by OpenSSL, decryption by Crypto++, padding, next header,
 * inner header, sequence numbers. Shares no code with the project.
 *
 * Not for captures with IP fragments or IPv6, which it passes over.
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>

#include <cryptopp/algparam.h>
#include <cryptopp/argnames.h>
#include <cryptopp/seal.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace
{

using Bytes = std::vector<uint8_t>;

constexpr size_t seal_key_bytes = 20;
constexpr int seal_bits = 524288;	/* one index's stream; Crypto++ would stop at 32768 */
constexpr size_t esp_header = 8;
constexpr size_t esp_trailer = 2;
constexpr size_t icv_bytes = 12;
constexpr size_t ip_header = 20;
constexpr uint8_t proto_esp = 50;
constexpr uint8_t proto_ipip = 4;

struct Sa {
	Bytes cipher_key, auth_key;
	const EVP_MD *digest;
	std::set<uint32_t> seen;
};

using Sas = std::map<std::pair<uint32_t, uint32_t>, Sa>;

/* Bytes that belong to somebody else, each read checked. */
struct View {
	const uint8_t *data;
	size_t size;

	View from(size_t at) const
	{
		return at <= size ? View{data + at, size - at} : View{data, 0};
	}
	View first(size_t count) const
	{
		return View{data, count < size ? count : size};
	}
	uint32_t be(size_t at, size_t bytes) const
	{
		uint32_t value = 0;

		for (size_t i = 0; i < bytes; i++)
			value = value << 8 | (at + i < size ? data[at + i] : 0);
		return value;
	}
};

std::string address(uint32_t ip)
{
	in_addr in = { htonl(ip) };
	char text[INET_ADDRSTRLEN];

	return inet_ntop(AF_INET, &in, text, sizeof(text));
}

bool unhex(const std::string &text, Bytes *bytes)
{
	if (text.size() % 2 || text.find_first_not_of("0123456789abcdefABCDEF") != text.npos)
		return false;
	for (size_t i = 0; i < text.size(); i += 2)
		bytes->push_back(uint8_t(strtoul(text.substr(i, 2).c_str(), nullptr, 16)));
	return true;
}

bool parse_line(const std::string &line, Sas *sas)
{
	std::string dst, spi, cipher, cipher_key, auth, auth_key, more;
	std::istringstream words(line);
	unsigned long number;
	in_addr in;
	char *end;
	Sa sa;

	words >> dst >> spi >> cipher >> cipher_key >> auth >> auth_key;
	if (!words || words >> more)
		return false;
	number = strtoul(spi.c_str(), &end, 16);
	if (*end || number > 0xffffffff || inet_pton(AF_INET, dst.c_str(), &in) != 1 ||
	    cipher != "seal" || !unhex(cipher_key, &sa.cipher_key) ||
	    !unhex(auth_key, &sa.auth_key) || sa.cipher_key.size() != seal_key_bytes)
		return false;
	if (auth == "sha1")
		sa.digest = EVP_sha1();
	else if (auth == "md5")
		sa.digest = EVP_md5();
	else
		return false;
	if (sa.auth_key.size() != size_t(EVP_MD_get_size(sa.digest)))
		return false;
	(*sas)[{ntohl(in.s_addr), uint32_t(number)}] = sa;
	return true;
}

bool read_keys(const char *path, Sas *sas)
{
	std::ifstream file(path);
	std::string line;

	if (!file) {
		fprintf(stderr, "esp_open: cannot read %s\n", path);
		return false;
	}
	for (int number = 1; std::getline(file, line); number++) {
		size_t start = line.find_first_not_of(" \t\r");

		if (start == line.npos || line[start] == '#')
			continue;
		if (!parse_line(line, sas)) {
			fprintf(stderr, "esp_open: %s:%d: want DSTIP SPIHEX seal KEYHEX sha1|md5 KEYHEX\n",
				path, number);
			return false;
		}
	}
	return true;
}

bool icv_good(const Sa &sa, View esp)
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	size_t covered = esp.size - icv_bytes;

	return HMAC(sa.digest, sa.auth_key.data(), int(sa.auth_key.size()), esp.data, covered, mac,
		    &len) && len >= icv_bytes && !CRYPTO_memcmp(mac, esp.data + covered, icv_bytes);
}

Bytes decrypt(const Sa &sa, uint32_t seq, View in)
{
	const uint8_t iv[4] = { uint8_t(seq >> 24), uint8_t(seq >> 16), uint8_t(seq >> 8),
				uint8_t(seq) };
	CryptoPP::SEAL<CryptoPP::BigEndian>::Encryption seal;
	Bytes out(in.size);

	seal.SetKey(sa.cipher_key.data(), sa.cipher_key.size(),
		    CryptoPP::MakeParameters("NumberOfOutputBitsPerPositionIndex", seal_bits)
			(CryptoPP::Name::IV(), CryptoPP::ConstByteArrayParameter(iv, sizeof(iv), false)));
	seal.ProcessData(out.data(), in.data, in.size);
	return out;
}

/* The Internet checksum over a whole header is all ones. */
bool checksum_good(View header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < header.size; i += 2)
		sum += header.be(i, 2);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* What is wrong with the inner packet; nullptr if nothing. */
const char *inner_fault(View inner)
{
	size_t header = (inner.be(0, 1) & 0xf) * 4;

	if (inner.size < ip_header || inner.be(0, 1) >> 4 != 4)
		return "inner-not-ipv4";
	if (header < ip_header || header > inner.size)
		return "inner-header-length";
	if (!checksum_good(inner.first(header)))
		return "inner-checksum";
	if (inner.be(2, 2) != inner.size)
		return "inner-length";
	return nullptr;
}

/* RFC 4303 2.4: 1, 2, 3, ...; the profile: no more than the ICV's alignment asks for. */
const char *trailer_fault(const Bytes &plain)
{
	size_t pad = plain[plain.size() - esp_trailer];

	if (plain.back() != proto_ipip)
		return "next-header";
	if (pad + esp_trailer > plain.size() || pad > 3)
		return "pad-length";
	for (size_t i = 0; i < pad; i++)
		if (plain[plain.size() - esp_trailer - pad + i] != i + 1)
			return "padding";
	return nullptr;
}

/* What is wrong with an ESP packet; nullptr if nothing, and then its inner packet. */
const char *open_esp(Sa *sa, View esp, Bytes *plain)
{
	const char *fault;
	uint32_t seq = esp.be(4, 4);
	View covered;

	if (esp.size < esp_header + esp_trailer + icv_bytes || esp.size % 4)
		return "length";
	if (!icv_good(*sa, esp))
		return "icv";
	if (!seq)
		return "sequence-zero";
	if (!sa->seen.insert(seq).second)
		return "sequence-repeated";
	covered = esp.from(esp_header).first(esp.size - esp_header - icv_bytes);
	*plain = decrypt(*sa, seq, covered);
	fault = trailer_fault(*plain);
	if (fault)
		return fault;
	plain->resize(plain->size() - esp_trailer - (*plain)[plain->size() - esp_trailer]);
	return inner_fault(View{plain->data(), plain->size()});
}

void print_payload(const Bytes &plain)
{
	printf(" payload=");
	for (uint8_t byte : plain)
		printf("%02x", byte);
}

struct Counts {
	unsigned long esp = 0, bad = 0;
};

void take_esp(uint32_t src, uint32_t dst, View esp, Sas *sas, bool payload, Counts *counts)
{
	const char *fault = "unknown-spi";
	uint32_t spi = esp.be(0, 4);
	auto found = sas->find({dst, spi});
	Bytes plain;

	counts->esp++;
	printf("%s > %s spi=%08x seq=%u ", address(src).c_str(), address(dst).c_str(), spi,
	       esp.be(4, 4));
	if (found != sas->end())
		fault = open_esp(&found->second, esp, &plain);
	if (fault) {
		counts->bad++;
		printf("%s=bad\n", fault);
		return;
	}

	View inner{plain.data(), plain.size()};

	printf("icv=ok inner=%s > %s proto=%u len=%zu", address(inner.be(12, 4)).c_str(),
	       address(inner.be(16, 4)).c_str(), inner.be(9, 1), inner.size);
	if (payload)
		print_payload(plain);
	putchar('\n');
}

void take_ipv4(View ip, Sas *sas, bool payload, Counts *counts)
{
	size_t header = (ip.be(0, 1) & 0xf) * 4;
	size_t total = ip.be(2, 2);

	if (ip.be(0, 1) >> 4 != 4 || ip.be(9, 1) != proto_esp || header < ip_header)
		return;
	if (total < header + esp_header || total > ip.size || ip.be(6, 2) & 0x3fff) {
		counts->esp++;
		counts->bad++;
		printf("%s > %s cut-or-fragment=bad\n", address(ip.be(12, 4)).c_str(),
		       address(ip.be(16, 4)).c_str());
		return;
	}
	take_esp(ip.be(12, 4), ip.be(16, 4), ip.first(total).from(header), sas, payload, counts);
}

/* --- pcap ------------------------------------------------------------------------------------ */

enum : uint32_t {
	magic_micro = 0xa1b2c3d4,
	magic_nano = 0xa1b23c4d,
	link_ethernet = 1,
	link_raw_bsd = 12,
	link_raw = 101,
	link_cooked = 113,
	link_ipv4 = 228,
	link_cooked2 = 276,
	ethertype_ipv4 = 0x0800,
	ethertype_vlan = 0x8100,
};

/* The IPv4 packet of a frame; empty if there is none. */
View ipv4_of(uint32_t link, View frame)
{
	switch (link) {
	case link_ethernet:
		if (frame.be(12, 2) == ethertype_vlan)
			frame = frame.from(4);
		return frame.be(12, 2) == ethertype_ipv4 ? frame.from(14) : frame.first(0);
	case link_cooked:
		return frame.be(14, 2) == ethertype_ipv4 ? frame.from(16) : frame.first(0);
	case link_cooked2:
		return frame.be(0, 2) == ethertype_ipv4 ? frame.from(20) : frame.first(0);
	default:
		return frame;
	}
}

bool link_known(uint32_t link)
{
	return link == link_ethernet || link == link_cooked || link == link_cooked2 ||
	       link == link_raw || link == link_raw_bsd || link == link_ipv4;
}

struct Pcap {
	Bytes bytes;
	bool swapped;

	uint32_t word(size_t at) const
	{
		uint32_t value = View{bytes.data(), bytes.size()}.be(at, 4);

		return swapped ? __builtin_bswap32(value) : value;
	}
};

bool read_file(const char *path, Bytes *bytes)
{
	std::ifstream file(path, std::ios::binary);
	std::ostringstream all;
	std::string text;

	if (!file)
		return false;
	all << file.rdbuf();
	text = all.str();
	bytes->assign(text.begin(), text.end());
	return true;
}

bool read_capture(const char *path, Sas *sas, bool payload, Counts *counts)
{
	constexpr size_t file_header = 24, record_header = 16;
	Pcap pcap = {};
	uint32_t link;

	if (!read_file(path, &pcap.bytes)) {
		fprintf(stderr, "esp_open: cannot read %s\n", path);
		return false;
	}
	pcap.swapped = pcap.word(0) != magic_micro && pcap.word(0) != magic_nano;
	if (pcap.bytes.size() < file_header ||
	    (pcap.word(0) != magic_micro && pcap.word(0) != magic_nano)) {
		fprintf(stderr, "esp_open: %s is not a pcap file\n", path);
		return false;
	}
	link = pcap.word(20) & 0xffff;
	if (!link_known(link)) {
		fprintf(stderr, "esp_open: %s: link type %u is not known\n", path, link);
		return false;
	}
	for (size_t at = file_header; at < pcap.bytes.size();) {
		size_t left = pcap.bytes.size() - at;
		size_t size = pcap.word(at + 8);

		if (left < record_header || size > left - record_header) {
			fprintf(stderr, "esp_open: %s ends inside a record\n", path);
			return false;
		}
		at += record_header;
		take_ipv4(ipv4_of(link, View{pcap.bytes.data() + at, size}), sas, payload, counts);
		at += size;
	}
	return true;
}

}

int main(int argc, char **argv)
{
	bool payload = argc > 1 && !strcmp(argv[1], "--payload");
	const char *capture = argv[1 + payload];
	Counts counts;
	Sas sas;

	if (argc != 3 + payload) {
		fprintf(stderr, "usage: esp_open [--payload] CAPTURE KEYS\n");
		return 2;
	}
	if (!read_keys(argv[2 + payload], &sas) || !read_capture(capture, &sas, payload, &counts))
		return 2;
	if (!counts.esp)
		fprintf(stderr, "esp_open: no ESP packet in %s\n", capture);
	else if (counts.bad)
		fprintf(stderr, "esp_open: %lu of %lu ESP packets are bad\n", counts.bad, counts.esp);
	return !counts.esp || counts.bad || fflush(stdout);
}
