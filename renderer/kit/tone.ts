/** How something stands, as a colour and a shape; what it means is said in words beside it. */
export type Tone = 'good' | 'active' | 'bad' | 'waiting' | 'stopped';
