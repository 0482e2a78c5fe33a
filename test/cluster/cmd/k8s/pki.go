package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// pki DIR USER[/GROUP,...]... writes what the control plane and its clients need:
// ca, server and sa (service accounts), and a client certificate for each user.
// When DIR has them already, only the users' certificates are added.
// In a file's name a colon of the user's name becomes an underscore.
func pki(dir string, users []string) {
	must(os.MkdirAll(dir, 0o700))
	authority, signer := load(filepath.Join(dir, "ca"))
	if authority == nil {
		service, err := rsa.GenerateKey(rand.Reader, 2048)
		must(err)
		writeKey(filepath.Join(dir, "sa.key"), service)
		authority, signer = issue(dir, "ca", &x509.Certificate{
			Subject: pkix.Name{CommonName: "test-cluster-ca"}, IsCA: true, BasicConstraintsValid: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}, nil, nil)
		issue(dir, "server", &x509.Certificate{
			Subject:     pkix.Name{CommonName: "kube-apiserver"},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
			IPAddresses: []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP("::1"), net.ParseIP("10.96.0.1")},
		}, authority, signer)
	}
	for _, user := range users {
		name, groups, _ := strings.Cut(user, "/")
		issue(dir, strings.ReplaceAll(name, ":", "_"), &x509.Certificate{
			Subject:     pkix.Name{CommonName: name, Organization: strings.FieldsFunc(groups, func(r rune) bool { return r == ',' })},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}, authority, signer)
	}
}

func issue(dir, name string, c *x509.Certificate, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	c.SerialNumber = big.NewInt(time.Now().UnixNano())
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	must(err)
	must(os.WriteFile(filepath.Join(dir, name+".crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	writeKey(filepath.Join(dir, name+".key"), key)
	parsed, err := x509.ParseCertificate(der)
	must(err)
	return parsed, key
}

// load reads a certificate and its key; nil when there is none.
func load(path string) (*x509.Certificate, *ecdsa.PrivateKey) {
	pair, err := tls.LoadX509KeyPair(path+".crt", path+".key")
	if os.IsNotExist(err) {
		return nil, nil
	}
	must(err)
	return pair.Leaf, pair.PrivateKey.(*ecdsa.PrivateKey)
}

func writeKey(file string, key any) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(err)
	must(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
}

func must(err error) {
	if err != nil {
		fail(err)
	}
}
