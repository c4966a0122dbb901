package sound

import "encoding/binary"

// WAV is the recording as a 16-bit stereo file.
func (m *Mix) WAV() []byte {
	const channels, bytes = 2, 2
	size := len(m.Left) * channels * bytes
	wav := make([]byte, 0, 44+size)
	le := binary.LittleEndian
	wav = append(wav, "RIFF"...)
	wav = le.AppendUint32(wav, uint32(36+size))
	wav = append(wav, "WAVEfmt "...)
	wav = le.AppendUint32(wav, 16)
	wav = le.AppendUint16(wav, 1) // PCM
	wav = le.AppendUint16(wav, channels)
	wav = le.AppendUint32(wav, Rate)
	wav = le.AppendUint32(wav, Rate*channels*bytes)
	wav = le.AppendUint16(wav, channels*bytes)
	wav = le.AppendUint16(wav, bytes*8)
	wav = append(wav, "data"...)
	wav = le.AppendUint32(wav, uint32(size))
	for i := range m.Left {
		wav = le.AppendUint16(wav, sample(m.Left[i]))
		wav = le.AppendUint16(wav, sample(m.Right[i]))
	}
	return wav
}

func sample(v float32) uint16 { return uint16(int16(min(max(v, -1), 1) * 32767)) }
